package lambdalog

// field is a label's meaning: which field it names and what its value is.
type field struct {
	field Fields
	value valueKind
}

type valueKind uint8

const (
	milliseconds valueKind = iota
	megabytes
	word
	identifier
)

// label recognises the label at b[i:], returns its meaning and where its value
// begins.
func label(b []byte, i int) (f field, value int, known bool) {
	b = b[i:]
	match := func(name string, fields Fields, kind valueKind) bool {
		if !hasPrefix(b, name) {
			return false
		}
		f, value, known = field{fields, kind}, i+len(name), true
		return true
	}
	switch b[0] {
	case 'B':
		_ = match("Billed Duration:", Billed, milliseconds) ||
			match("Billed Restore Duration:", BilledRestore, milliseconds)
	case 'D':
		match("Duration:", Duration, milliseconds)
	case 'E':
		match("Error Type:", ErrorType, word)
	case 'I':
		_ = match("Init Duration:", Init, milliseconds) ||
			match("Initialization Type:", InitType, word)
	case 'M':
		_ = match("Memory Size:", Memory, megabytes) ||
			match("Max Memory Used:", MaxMemory, megabytes)
	case 'P':
		match("Phase:", Phase, word)
	case 'R':
		_ = match("RequestId:", RequestID, identifier) ||
			match("Restore Duration:", Restore, milliseconds) ||
			match("Runtime Version:", Runtime, word)
	case 'S':
		match("Status:", Status, word)
	case 'V':
		match("Version:", Version, word)
	case 'X':
		match("XRAY TraceId:", TraceID, identifier)
	}
	return f, value, known
}

// read reads the value at b[i:] into rec. What a record names twice keeps its
// first value.
func (f field) read(b []byte, i int, rec *Record) (next int, ok bool) {
	i = skipGap(b, i)
	name := f.field
	switch f.value {
	case milliseconds:
		v, next, ok := millis(b, i)
		if ok {
			next, ok = unit(b, next, "ms")
		}
		if ok {
			rec.setMicros(name, v)
		}
		return next, ok
	case megabytes:
		v, next, ok := whole(b, i)
		if ok {
			next, ok = unit(b, next, "MB")
		}
		if ok {
			rec.setMB(name, v)
		}
		return next, ok
	case identifier:
		id, next := token(b, i)
		if isID(id) {
			rec.setWord(name, id)
		}
		return next, true
	default:
		w, next := token(b, i)
		if len(w) > 0 {
			rec.setWord(name, w)
		}
		return next, true
	}
}

// means returns the field that the label of name stands for in this kind of
// record: rewriters print the time of an init or a restore as plain Duration.
func (r *Record) means(name Fields) Fields {
	switch {
	case name == Duration && r.Kind == InitReport:
		return Init
	case name == Duration && r.Kind == RestoreReport:
		return Restore
	}
	return name
}

func (r *Record) setMicros(name Fields, v Micros) {
	name = r.means(name)
	if r.Has(name) {
		return
	}
	switch name {
	case Duration:
		r.InitFirst = r.Kind == Report && r.Has(Init)
		r.Duration = v
	case Billed:
		r.Billed = v
	case Init:
		r.Init = v
	case Restore:
		r.Restore = v
	case BilledRestore:
		r.BilledRestore = v
	}
	r.Fields |= name
}

func (r *Record) setMB(name Fields, v int64) {
	if r.Has(name) {
		return
	}
	if name == Memory {
		r.MemoryMB = v
	} else {
		r.MaxMemoryMB = v
	}
	r.Fields |= name
}

func (r *Record) setWord(name Fields, w []byte) {
	if r.Has(name) {
		return
	}
	switch name {
	case RequestID:
		r.RequestID = w
	case Status:
		r.Status = w
	case ErrorType:
		r.ErrorType = w
	case TraceID:
		r.TraceID = w
	case Phase:
		r.Phase = w
	case InitType:
		r.InitType = w
	case Version:
		r.Version = w
	case Runtime:
		r.Runtime = w
	}
	r.Fields |= name
}
