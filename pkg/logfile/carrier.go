package logfile

// opening is what the head of a document tells of it.
type opening uint8

const (
	opensNone  opening = iota // it is none of this kind
	opensShort                // the head is too short to tell
	opensOne                  // it is one
)

// carrier is a kind of document that holds log events.
type carrier struct {
	// first are the bytes that such a document can begin with. Each of them costs
	// every line that begins with it a call of opens.
	first string
	// opens looks whether head, which begins at the beginning of a line, begins
	// such a document. It is asked of many lines: it is quick to say no, and it
	// says opensShort only of what begins like one.
	opens func(head []byte) opening
	// read lends the events of the documents of its kind from the beginning of
	// the window on and stops behind the last of them. It reports false when the
	// consumer wants no more. Where it finds at once that it cannot read the
	// document it leaves the window as it was, and the text is read as lines.
	read func(*window, *lender) bool
}

// carriers are the kinds of document that are told apart by their content. They
// are set here since some of them look for where another begins. Of the times,
// those of the console begin with 1 and those of text with 2.
var carriers [6]carrier

// mayOpen are the carriers whose documents can begin with a byte.
var mayOpen [256][]*carrier

func init() {
	carriers = [...]carrier{
		{"{", opensRaw, readRaw},
		{"{[", opensJSON, readJSON},
		{`@"tml1`, opensTable, readTable},
		{"e-L", opensYAML, readYAML},
		{"E", opensColumns, readColumns},
		{"xX<", opensLogHeader, readLogHeader},
	}
	for i := range carriers {
		for _, c := range []byte(carriers[i].first) {
			mayOpen[c] = append(mayOpen[c], &carriers[i])
		}
	}
}

// carrierOf returns the carrier whose document begins with head. short is true
// when more of the head decides.
func carrierOf(head []byte) (found *carrier, short bool) {
	if len(head) == 0 {
		return nil, false
	}
	for _, c := range mayOpen[head[0]] {
		switch c.opens(head) {
		case opensOne:
			return c, false
		case opensShort:
			short = true
		}
	}
	return nil, short
}
