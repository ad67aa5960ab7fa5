package logfile

const (
	// maxOpening is how much of a document is looked at to tell what it is,
	// whether more is there or not: how a file comes must make no difference.
	maxOpening = 8 << 10
	// maxKey is more than any key takes, with the blanks around it.
	maxKey = 256
)

// opensJSON is the opens of the carrier of JSON documents.
func opensJSON(head []byte) opening {
	head = head[:min(len(head), maxOpening)]
	enough := len(head) == maxOpening
	if head[0] == '{' {
		return opensObjectOf(head, false, enough)
	}
	if head[0] != '[' {
		return opensNone
	}
	at := skipJSONBlanks(head, 1)
	switch {
	case at == len(head):
		return shortUpTo(maxKey, head)
	case head[at] == '{':
		if found := opensPython(head); found != opensNone {
			return found
		}
		return opensObjectOf(head[at:], true, enough)
	case head[at] == '[':
		return opensRow(head[at:]) // the first of several
	}
	return opensNone
}

// opensAnother is opensJSON for what follows a document. There an object is
// taken for an event of which all is known but the end of its message, where it
// is too far away to be seen.
func opensAnother(head []byte) opening {
	found := opensJSON(head)
	if found != opensNone || head[0] != '{' {
		return found
	}
	var it item
	_, e := it.parse(head[:min(len(head), maxOpening)], true)
	if e == isShort && it.mayBeEvent() {
		return opensOne
	}
	return opensNone
}

// shortUpTo is the answer to a head that does not tell although it should, were
// it that long.
func shortUpTo(most int, head []byte) opening {
	if len(head) < most {
		return opensShort
	}
	return opensNone
}

// opensObjectOf tells of an object that stands alone or in an array. Its first
// key refuses most of what functions print. Where enough is true there will be
// no more of it to look at.
func opensObjectOf(b []byte, inArray, enough bool) opening {
	key, _, e := nextMember(b[:min(len(b), maxKey)], 1)
	switch {
	case e == isShort:
		return shortUpTo(maxKey, b)
	case key == nil:
		return opensNone
	}
	switch fieldOf(key) {
	case unknownField, levelField, kinesisPart, dataPart:
		return opensNone
	case timeField, typeField, recordField, nameField, valueField, cellsField:
		if !inArray {
			return opensNone
		}
	}
	var it item
	n, e := it.parse(b, enough)
	switch {
	case it.part == logEventsPart, it.part == logResultPart:
		return opensOne
	case it.part != unknownField:
		return opensPart(b[n:], it.part)
	case e == isBroken, e == isDeep:
		return opensNone
	case e == isShort && !enough:
		return opensShort
	case it.isEvent(), it.isRow(), inArray && (it.isTelemetry() || it.isCell() || it.mayBeEvent()):
		return opensOne
	}
	return opensNone
}

// opensPart tells of what may hold events: many a program prints objects with
// the same keys.
func opensPart(b []byte, part field) opening {
	at := skipJSONBlanks(b, 1)
	if at == len(b) {
		return shortUpTo(maxKey, b)
	}
	first := b[at]
	switch part {
	case awslogsPart:
		return opensKey(b, dataPart)
	case eventsPart, resultsPart:
		switch {
		case first == ']':
			return opensOne
		case first == '[' && part == resultsPart:
			return opensRow(b[at:])
		case first == '{' && part == resultsPart:
			return opensKey(b[at:], nameField, valueField, cellsField, queryField)
		case first == '{':
			return opensKey(b[at:], timestampField, messageField, streamField, plainField)
		}
	case recordsPart:
		if first != '{' {
			return opensNone
		}
		var it item
		_, e := it.parse(b[at:], true)
		switch {
		case it.part == kinesisPart, it.part == dataPart:
			return opensOne
		case e == isShort:
			return shortUpTo(maxOpening, b)
		}
	}
	return opensNone
}

// opensRow tells of an array that may be a row of a query's result.
func opensRow(b []byte) opening {
	at := skipJSONBlanks(b, 1)
	switch {
	case at == len(b):
		return shortUpTo(maxKey, b)
	case b[at] != '{':
		return opensNone
	}
	return opensKey(b[at:], nameField, valueField)
}

// opensKey tells of an object whose first key should mean one of wanted.
func opensKey(b []byte, wanted ...field) opening {
	b = b[:min(len(b), maxKey)]
	key, _, e := nextMember(b, 1)
	if e == isShort {
		return shortUpTo(maxKey, b)
	}
	if key == nil || e != isWhole {
		return opensNone
	}
	f := fieldOf(key)
	for _, w := range wanted {
		if f == w {
			return opensOne
		}
	}
	return opensNone
}
