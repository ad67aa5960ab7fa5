package lambdalog

// ObjectLen returns the length of the JSON object that b begins with. ok is
// false when b begins with none or the object does not end in b.
func ObjectLen(b []byte) (n int, ok bool) {
	if len(b) == 0 || b[0] != '{' {
		return 0, false
	}
	return skipJSON(b, 0)
}
