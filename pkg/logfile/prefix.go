package logfile

import (
	"bytes"

	"github.com/coldstats/coldstats/pkg/logs"
)

// layout is what stands before the messages of a file.
type layout uint8

const (
	unknown layout = iota
	bare           // nothing, or what says nothing
	timed          // a time, the log stream or another sign of a new message
)

// span is a part of a line.
type span struct{ from, to int }

func (s span) of(line []byte) []byte { return line[s.from:s.to] }

func (s span) empty() bool { return s.from == s.to }

// prefix is what a line has before its message.
type prefix struct {
	time logs.Time
	// clock is where the time stands; it is not empty where the time has no date
	// and is not known.
	clock span
	// group, stream and function name where the message comes from, each empty
	// where the line does not.
	group, stream, function span
	// end is where the last piece ends and message where the message begins:
	// blanks and ornaments are between them.
	end, message int
	// marked is true of a line that has more than ornaments before a message.
	marked bool
	// dashed is true when dashes separate its pieces.
	dashed bool
	// runner is true when the time is that at which GitHub Actions got the line,
	// which says less than one that the line has itself.
	runner bool
	// twofold is true when the time was put together from two places.
	twofold bool
}

// maxPieces bounds the pieces of a prefix; the known ones have up to five.
const maxPieces = 8

// cutPrefix takes off a line what tools, pages and people put before a log
// message. It is one grammar for all of them, ornaments and up to one time,
// group and stream in any order, since one tool's output is often pasted into
// another's:
//
//	2026-05-14T16:10:29.574Z message                                    S3 export, GitHub Actions
//	2026-05-29T16:16:03.972000+00:00 2026/05/29/[42]a13a message        aws logs tail
//	2024-06-13T20:11:07 message                                         aws logs tail --format short
//	2023/06/02/[72]88ab 2023-06-02T11:27:25.060000 message              sam logs
//	/aws/lambda/f 2020/10/25/[42]f8b1 [2020-10-25T19:30:03Z] message    awslogs
//	[2020-10-25T19:30:03Z] (2020/10/25/[42]f8b1) message                saw
//	2020-10-25T19:30:03 - /aws/lambda/f - 2020/10/25/[42]f8 - message   cw
//	 2020-12-02T09:59:11.668+01:00[      thumbnailer-dbb2a35] message   pulumi logs
//	2021-12-20 14:41:10.412 (+01:00)<tab>message                        sls logs
//	function_1  | message                                               docker compose
//	[root - INFO - 2020-05-02 20:28:50,023] message                     python-lambda-local
//	Nov 23 10:00:00 host proc[1]: message                               syslog, journalctl
//	| 1753725990606 | message                                           console, copied as a table
//	job<tab>step<tab>2026-05-14T16:10:29.5741234Z 2026-05-29T16:…   gh run view --log, of any of them
//	16:36:11 message                                                    by hand
//	   * `20:17:50`   message                                           by hand, in Markdown
//	<td>2022-02-14T12:06:42.179+01:00</td><td>message                   a page's source
func cutPrefix(line []byte) (p prefix) {
	i := skipOrnaments(line, jobLen(line))
	pieces := 0
	for ; pieces < maxPieces; pieces++ {
		next := p.piece(line, i)
		if next == i {
			break
		}
		p.marked = true
		p.end = next
		i = skipOrnaments(line, next)
	}
	p.message = i
	p.dashed = i > 1 && line[i-2] == '-'
	if pieces == 1 && !p.clock.empty() && (p.end == len(line) || line[p.end] == '\n' || line[p.end] == '\r') {
		p.marked = false // a time alone stands above a message, or is one
	}
	return p
}

// piece takes the piece that begins at i and returns where it ends, which is i
// where there is none.
func (p *prefix) piece(line []byte, i int) int {
	if i == len(line) {
		return i
	}
	switch c := line[i]; {
	case isDigit(c):
		return p.takeNumber(line, i)
	case c == '[':
		return p.takeBracket(line, i)
	case c == '(':
		return p.takeParenthesis(line, i)
	case c == '`': // a time as Markdown's code; a record in it would be a quotation
		if t, n := readTime(line[i+1:]); n > 0 && hasByte(line, i+1+n, '`') && p.clock.empty() {
			return p.takeTime(t, i+1, n) + 1
		}
	case c == '/':
		return p.takeGroup(line, i)
	case isLetter(c) && !p.marked:
		if n := serviceLen(line[i:]); n > 0 {
			return i + n
		}
		if n := syslogLen(line[i:]); n > 0 {
			return i + n
		}
		return p.takeGroup(line, i)
	case isLetter(c) && line[i-1] == ' ' && line[i-2] == '-':
		return p.takeGroup(line, i)
	}
	return i
}

// takeNumber takes the stream, the time or the event's id.
func (p *prefix) takeNumber(line []byte, i int) int {
	if n := streamLen(line[i:]); n > 0 && p.stream.empty() {
		p.stream = span{i, i + n}
		return i + n
	}
	t, n := readTime(line[i:])
	switch {
	case n == 0:
		return i + eventIDLen(line[i:])
	case i+n < len(line) && !isNameEnd(line[i+n]) && line[i+n] != '[':
		return i
	case !p.clock.empty() && !p.isLogTime(line, i, n) && !p.ingestedAt(line, i+n):
		return i
	}
	return p.takeTime(t, i, n)
}

// isLogTime reports whether the time at i, behind that of a runner, is the log's
// and not what a function prints itself.
func (p *prefix) isLogTime(line []byte, i, n int) bool {
	return p.runner && (!hasByte(line, i+len("2006-01-02"), 'T') || !hasByte(line, i+n, '\t'))
}

// ingestedAt reports whether a second time, which ends at i, is that of
// ingestion, as awslogs prints it. What a function prints itself begins with a
// time as well, but in most runtimes with a tab behind it.
func (p *prefix) ingestedAt(line []byte, i int) bool { return p.isNamed() && hasByte(line, i, ' ') }

// isNamed reports whether a group or stream stands before the time.
func (p *prefix) isNamed() bool {
	named := max(p.group.to, p.stream.to)
	return 0 < named && named < p.clock.from
}

// takeTime takes n bytes from i on for the time, unless the line has one that is
// not its runner's.
func (p *prefix) takeTime(t logs.Time, i, n int) int {
	if p.clock.empty() || p.runner && t.Known {
		p.runner = p.clock.empty() && n == runnerLen
		p.clock, p.time = span{i, i + n}, t
	}
	return i + n
}

// takeBracket takes a time in brackets, alone or as python-lambda-local has it,
// or the name of the function that pulumi puts behind the time.
func (p *prefix) takeBracket(line []byte, i int) int {
	const longest = 80
	n := bytes.IndexByte(line[i:min(len(line), i+longest)], ']')
	if n < 0 {
		return i
	}
	end := i + n
	if i > 0 && p.clock.to == i {
		return p.takeFunction(line, i+1, end)
	}
	from := i + 1
	if isLetter(line[from]) {
		at := bytes.LastIndex(line[from:end], []byte(" - "))
		if at < 0 {
			return i
		}
		from += at + len(" - ")
	}
	t, n := readTime(line[from:end])
	if n == 0 || from+n != end || !p.clock.empty() && !p.runner && !hasByte(line, p.clock.to, ']') && !p.ingestedAt(line, end+1) {
		return i
	}
	return p.takeTime(t, from, n) + 1
}

// takeFunction takes the name in pulumi's brackets, which is padded on the left
// and, where it is too long, cut on the right: one that fills them is not known.
func (p *prefix) takeFunction(line []byte, from, end int) int {
	name := from
	for name < end && line[name] == ' ' {
		name++
	}
	if name > from {
		p.function = span{name, end}
	}
	return end + 1
}

// takeParenthesis takes saw's stream, or the zone that sls logs puts behind the
// time.
func (p *prefix) takeParenthesis(line []byte, i int) int {
	from := i + 1
	if n := streamLen(line[from:]); n > 0 && hasByte(line, from+n, ')') && p.stream.empty() {
		p.stream = span{from, from + n}
		return from + n + 1
	}
	n := bytes.IndexByte(line[from:min(len(line), from+len("+00:00)"))], ')')
	if n < 0 || line[from] != '+' && line[from] != '-' || p.clock.to != i-1 || !p.time.Known {
		return i
	}
	zoned := append(make([]byte, 0, 64), p.clock.of(line)...)
	zoned = append(zoned, line[from:from+n]...)
	t, taken := readTime(zoned)
	if taken < len(zoned) {
		return i
	}
	p.time, p.twofold = t, true
	return from + n + 1
}

// takeGroup takes a log group: Lambda's own, or one of any name before a stream.
func (p *prefix) takeGroup(line []byte, i int) int {
	n := nameLen(line[i:])
	if !p.group.empty() || !p.stream.empty() || n == 0 {
		return i
	}
	if logs.FunctionOfGroup(string(line[i:i+n])) == "" && streamLen(line[skipOrnaments(line, i+n):]) == 0 {
		return i
	}
	p.group = span{i, i + n}
	return i + n
}
