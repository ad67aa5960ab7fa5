package logs

// Coverage is what a source reached: how much it read and what it could not
// read. It is final once the source's events have been read to the end.
type Coverage struct {
	// Events counts log events, whatever they say.
	Events uint64
	// Bytes counts what was read, as stored (compressed, where it was).
	Bytes uint64
	// Gaps are the parts that could not be read. With one gap or more the
	// answer is incomplete.
	Gaps []Gap
	// Notes say what was read in another way than it stands, such as a line
	// too long to be one event. They cost no completeness.
	Notes []string
}

// Gap is a part of a source that could not be read.
type Gap struct {
	// Source is the file or ARN.
	Source string `json:"source"`
	// Reason says what is missing and why, and where it begins.
	Reason string `json:"reason"`
}

// Add adds what another source reached to c.
func (c *Coverage) Add(other Coverage) {
	c.Events += other.Events
	c.Bytes += other.Bytes
	c.Gaps = append(c.Gaps, other.Gaps...)
	c.Notes = append(c.Notes, other.Notes...)
}
