package awstest

// Call is one call that was answered, even where a fault broke the answer on
// its way.
type Call struct {
	Operation string
	Region    string
	// Group and Function are what the call named, as it named it.
	Group    string
	Function string
	Pattern  string
	// StartMillis and EndMillis are the window of a call for events; nil where
	// the call left them out.
	StartMillis, EndMillis *int64
	// Token reports whether the call continued another.
	Token bool
	// Events is how many events were served.
	Events int
	// Error is the code of the error that was served, empty for an answer.
	Error string
}

// Counts sums up the calls of an operation.
type Counts struct {
	Calls int
	// Throttled and Failed are those of them that were told to slow down, and
	// those that got any other error.
	Throttled, Failed int
	Events            int
}

// Calls returns every call since the last Reset, in the order of their answers.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

// Counts returns the sums of an operation since the last Reset, or with "" those
// of all operations.
func (s *Server) Counts(operation string) Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sum Counts
	for name, c := range s.counts {
		if operation == "" || name == operation {
			sum.Calls += c.Calls
			sum.Throttled += c.Throttled
			sum.Failed += c.Failed
			sum.Events += c.Events
		}
	}
	return sum
}

// Reset forgets the calls, so that a test can count those of its next step.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = nil
	clear(s.counts)
}

// record keeps a call and returns its number.
func (s *Server) record(call Call) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, call)
	c, ok := s.counts[call.Operation]
	if !ok {
		c = new(Counts)
		s.counts[call.Operation] = c
	}
	c.Calls++
	c.Events += call.Events
	switch call.Error {
	case "":
	case "ThrottlingException", "TooManyRequestsException":
		c.Throttled++
	default:
		c.Failed++
	}
	return len(s.calls)
}
