package logfile

import "github.com/coldstats/coldstats/pkg/logs"

// field is what the member of an object means.
type field uint8

const (
	unknownField field = iota
	plainField         // of an event, and of no interest
	messageField
	timestampField
	streamField
	groupField
	accountField
	timeField // of a telemetry event, like the next two
	typeField
	recordField
	nameField // of a cell of a query's result, like the next
	valueField
	cellsField // the cells of a row
	queryField // a column of a query's result
	levelField // of a line that a function printed
	headField  // of a document, beside its events
	kindField  // of a subscription's message

	// What stands in the following holds events.
	eventsPart
	logEventsPart
	resultsPart
	recordsPart
	awslogsPart
	kinesisPart
	dataPart
	logResultPart
	fieldCount
)

func fieldOf(key []byte) field {
	switch string(key) {
	case "message":
		return messageField
	case "timestamp":
		return timestampField
	case "logStreamName", "logStream":
		return streamField
	case "logGroup", "logGroupName":
		return groupField
	case "owner":
		return accountField
	case "ingestionTime", "eventId", "id", "requestID", "extractedFields":
		return plainField
	case "time":
		return timeField
	case "type":
		return typeField
	case "record":
		return recordField
	case "field":
		return nameField
	case "value":
		return valueField
	case "fields":
		return cellsField
	case "@timestamp", "@message", "@ptr", "@log", "@logStream", "@type", "@requestId", "@xrayTraceId", "@duration",
		"@billedDuration", "@initDuration", "@memorySize", "@maxMemoryUsed", "@ingestionTime", "@entity":
		return queryField
	case "level":
		return levelField
	case "messageType":
		return kindField
	case "nextToken", "nextForwardToken", "nextBackwardToken", "searchedLogStreams", "ResponseMetadata", "$metadata",
		"subscriptionFilters", "statistics", "status", "queryLanguage", "encryptionKey",
		"invocationId", "deliveryStreamArn", "sourceKinesisStreamArn", "region",
		"StatusCode", "ExecutedVersion", "FunctionError", "Payload":
		return headField
	case "events":
		return eventsPart
	case "logEvents":
		return logEventsPart
	case "results":
		return resultsPart
	case "records", "Records":
		return recordsPart
	case "awslogs":
		return awslogsPart
	case "kinesis":
		return kinesisPart
	case "data":
		return dataPart
	case "LogResult":
		return logResultPart
	}
	return unknownField
}

// beginsWith reports whether a value that begins with c can be what holds
// events under the key of f.
func (f field) beginsWith(c byte) bool {
	switch f {
	case eventsPart, logEventsPart, resultsPart, recordsPart:
		return c == '['
	case awslogsPart, kinesisPart:
		return c == '{'
	case dataPart, logResultPart:
		return c == '"'
	}
	return false
}

// item is one object of a JSON document: an event, a row, or what holds some.
// It borrows its bytes.
type item struct {
	values [fieldCount][]byte // as they are written, by what they mean
	// part is what holds events inside of the object, and unknownField where
	// nothing does. Such an object is read from within.
	part field
	// passed is true when the events of a subscription's message have been
	// passed over, to see what stands behind them.
	passed bool
	// members are the values in the order in which they stand, if flat.
	members [maxMembers]itemValue
	count   int
	flat    bool // there are no more of them, and none has further ones
	// open is what the value means of which only the beginning was there.
	open field
	// messageAt is where the message begins in the object.
	messageAt int
}

// maxMembers is more than any event has.
const maxMembers = 12

// itemValue is a value of an object, without the quotation marks of a string.
type itemValue struct {
	field      field
	isString   bool
	begin, end int
}

// parse takes in the object that b begins with, up to its end or to what holds
// events in it. It returns how far it read. Where b is all that can be had of
// the object, all is true.
func (it *item) parse(b []byte, all bool) (n int, e extent) {
	*it = item{flat: true}
	n, e = it.read(b, all)
	if it.passed && (e != isShort || all) {
		it.part = logEventsPart
	}
	return n, e
}

func (it *item) read(b []byte, all bool) (n int, e extent) {
	for i := 1; ; {
		key, at, e := nextMember(b, i)
		if key == nil || e != isWhole {
			return at, e
		}
		f := fieldOf(key)
		if f >= eventsPart && f.beginsWith(b[at]) && !it.waits(f) {
			it.part = f
			return at, isWhole
		}
		end, e := valueEnd(b, at)
		switch {
		case e != isWhole && f == logEventsPart && (e != isShort || all):
			it.part = f
			return at, isWhole
		case e != isWhole:
			it.open = f
			return end, e
		case f == logEventsPart:
			it.passed = true
		}
		it.add(f, b, at, end)
		i = end
	}
}

// waits reports whether the events of a subscription's message have to wait for
// what stands behind them, such as their stream.
func (it *item) waits(f field) bool {
	return f == logEventsPart && (it.values[kindField] == nil || it.values[accountField] == nil ||
		it.values[groupField] == nil || it.values[streamField] == nil)
}

// add takes in a value. Of two with the same meaning the last counts.
func (it *item) add(f field, b []byte, at, end int) {
	it.values[f] = b[at:end]
	if f == messageField {
		it.messageAt = at
	}
	c := b[at]
	if c == '{' || c == '[' || it.count == maxMembers {
		it.flat = false
		return
	}
	m := itemValue{field: f, begin: at, end: end}
	if c == '"' {
		m = itemValue{field: f, isString: true, begin: at + 1, end: end - 1}
	}
	it.members[it.count] = m
	it.count++
}

func (it *item) has(f field) bool { return it.values[f] != nil }

// isEvent reports whether the object, which stands alone, is a log event and
// not what a function has printed: it has a time as CloudWatch has it, or names
// its stream or group, and has no level.
func (it *item) isEvent() bool {
	return (it.has(messageField) || it.open == messageField) && !it.has(levelField) &&
		(it.has(streamField) || it.has(groupField) || isNumeric(it.values[timestampField]) && !it.has(unknownField))
}

// mayBeEvent reports whether the object, of which only the beginning is there,
// is an event for all that is known: its message has no end yet.
func (it *item) mayBeEvent() bool {
	return it.open == messageField && !it.has(unknownField) && !it.has(levelField)
}

// isTelemetry reports whether the object is an event of the Logs or the
// Telemetry API.
func (it *item) isTelemetry() bool {
	return content(it.values[timeField]) != nil && content(it.values[typeField]) != nil && it.has(recordField)
}

// isRow reports whether the object is a row of a query's result.
func (it *item) isRow() bool {
	return it.has(queryField) || it.has(cellsField) && it.values[cellsField][0] == '['
}

// isCell reports whether the object is a cell of such a row.
func (it *item) isCell() bool { return it.has(nameField) && !it.has(cellsField) }

// isControl reports whether the object is a message of a subscription that tells
// only that it works.
func (it *item) isControl() bool { return string(content(it.values[kindField])) == "CONTROL_MESSAGE" }

func isNumeric(value []byte) bool {
	return len(value) > 0 && (isDigit(value[0]) || value[0] == '-')
}

// endOfTime is the year 10000 in milliseconds since the Unix epoch.
const endOfTime = 253_402_300_800_000

// timeOfValue reads the time of an event, a number of milliseconds or a string
// that timeOf reads. It is absent where value is something else.
func timeOfValue(value []byte) logs.Time {
	if text := content(value); text != nil {
		return timeOf(text)
	}
	millis := int64(0)
	for _, c := range value {
		if !isDigit(c) || millis >= endOfTime {
			return timeOfNumber(value)
		}
		millis = millis*10 + int64(c-'0')
	}
	if len(value) == 0 || millis >= endOfTime {
		return logs.Time{}
	}
	return logs.At(millis)
}

// timeOfNumber is timeOfValue for a number with decimals or an exponent.
func timeOfNumber(value []byte) logs.Time {
	millis, _, ok := decimal(value, 0)
	if !ok || millis >= endOfTime {
		return logs.Time{}
	}
	return logs.At(millis)
}
