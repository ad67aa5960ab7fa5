package lambdalog

// parseCanonical reads a REPORT in the very bytes that Lambda prints, which
// nearly every report in the world has. It walks the labels in their order with
// comparisons of fixed length and leaves what follows Max Memory Used to
// parseFields. ok is false for anything else, also for what is refused.
func parseCanonical(b []byte, rec *Record) (n int, ok bool) {
	const head = "REPORT RequestId: "
	if !hasPrefix(b, head) {
		return 0, false
	}
	rec.reset(Report)
	i := len(head)
	end := i + 36 // a request id is a UUID, in all but tests
	if len(b) <= end || b[end] != '\t' || !isID(b[i:end]) {
		return 0, false
	}
	rec.RequestID = b[i:end]
	i = end

	if i, ok = canonicalMillis(b, i, "\tDuration: ", &rec.Duration); !ok {
		return 0, false
	}
	if i, ok = canonicalMillis(b, i, "\tBilled Duration: ", &rec.Billed); !ok {
		return 0, false
	}
	if i < len(b) && b[i] == ' ' { // as Lambda printed it until 2019
		i++
	}
	if i, ok = canonicalMB(b, i, "\tMemory Size: ", &rec.MemoryMB); !ok {
		return 0, false
	}
	if i, ok = canonicalMB(b, i, "\tMax Memory Used: ", &rec.MaxMemoryMB); !ok {
		return 0, false
	}
	rec.Fields = RequestID | Duration | Billed | Memory | MaxMemory
	if i < len(b) && b[i] == '\t' {
		i++
	}
	if i == len(b) || b[i] == '\n' && i+1 == len(b) {
		return len(b), true
	}
	i, err := parseFields(b, i, rec)
	return i, err == nil
}

// parseStart is parseCanonical for START lines, which are as many.
func parseStart(b []byte, rec *Record) (n int, ok bool) {
	const head, version = "START RequestId: ", " Version: "
	id := len(head)
	end := id + 36
	if !hasPrefix(b, head) || len(b) < end || !hasPrefix(b[end:], version) || !isID(b[id:end]) {
		return 0, false
	}
	word, i := token(b, end+len(version))
	if i < len(b) && b[i] == '\n' {
		i++
	}
	if i < len(b) || len(word) == 0 {
		return 0, false
	}
	rec.reset(Start)
	rec.RequestID, rec.Version = b[id:end], word
	rec.Fields = RequestID | Version
	return i, true
}

func canonicalMillis(b []byte, i int, label string, to *Micros) (int, bool) {
	if !hasPrefix(b[i:], label) {
		return i, false
	}
	v, i, ok := millis(b, i+len(label))
	if !ok || !hasPrefix(b[i:], " ms") {
		return i, false
	}
	*to = v
	return i + len(" ms"), true
}

func canonicalMB(b []byte, i int, label string, to *int64) (int, bool) {
	if !hasPrefix(b[i:], label) {
		return i, false
	}
	v, i, ok := whole(b, i+len(label))
	if !ok || !hasPrefix(b[i:], " MB") {
		return i, false
	}
	*to = v
	return i + len(" MB"), true
}
