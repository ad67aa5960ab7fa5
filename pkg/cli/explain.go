package cli

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/coldstats/coldstats/pkg/lambdalog"
	"github.com/coldstats/coldstats/pkg/logs"
	"github.com/coldstats/coldstats/pkg/render"
)

const (
	// maxShapes bounds how many shapes are told apart, and so the memory.
	maxShapes = 20
	// maxSample is how many bytes of a text are shown, and maxBefore how many of
	// them stand before what looks like a record.
	maxSample = 1000
	maxBefore = 200
)

// errLooks is why text is shown that lambdalog takes for none of its own.
var errLooks = errors.New("looks like a report, and none was recognised")

// unknown is what looks like a platform record and was not recognised, by shape.
type unknown struct {
	shapes []render.Shape
	byKey  map[string]int // of shapes
	more   uint64         // texts of shapes beyond maxShapes
}

// alike is what differs between two texts of one shape: an id has its digits
// elsewhere, a figure has more of them.
var alike = regexp.MustCompile(`[0-9xX]+`)

// add counts text that was refused for a reason. at is about where in it the
// look of a record begins.
func (u *unknown) add(reason error, text []byte, at int, line int64) {
	redacted, cut := sample(text, at)
	key := reason.Error() + "\n" + alike.ReplaceAllString(redacted, "0")
	if i, ok := u.byKey[key]; ok {
		u.shapes[i].Count++
		return
	}
	if len(u.shapes) == maxShapes {
		u.more++
		return
	}
	if u.byKey == nil {
		u.byKey = make(map[string]int)
	}
	u.byKey[key] = len(u.shapes)
	u.shapes = append(u.shapes, render.Shape{Reason: reason.Error(), Count: 1, First: line, Text: redacted, Cut: cut})
}

// write prints the shapes, if there are any.
func (u *unknown) write(w io.Writer) error {
	if len(u.shapes) == 0 {
		return nil
	}
	return render.Explain(w, strings.TrimSpace(versionLine()), u.shapes, u.more)
}

// sample returns the text, redacted, and its length in bytes where only the part
// around the byte at is shown, else 0.
func sample(text []byte, at int) (redacted string, cut int) {
	whole := bytes.TrimRight(text, "\r\n")
	if len(whole) <= maxSample {
		return render.Redact(string(whole)), 0
	}
	from := boundary(whole, max(0, min(at, len(whole))-maxBefore))
	to := boundary(whole, min(len(whole), from+maxSample))
	redacted = render.Redact(string(whole[from:to]))
	if from > 0 {
		redacted = "…" + redacted
	}
	if to < len(whole) {
		redacted += "…"
	}
	return redacted, len(whole)
}

// boundary returns the last place up to i where text is not cut inside a
// character. What is no UTF-8 may be cut anywhere.
func boundary(text []byte, i int) int {
	for at := i; at > 0 && at > i-utf8.UTFMax && at < len(text); at-- {
		if utf8.RuneStart(text[at]) {
			return at
		}
	}
	return i
}

// recordAt returns where the look of a record begins in text that was refused
// for it.
func recordAt(text []byte) int {
	if at := lambdalog.IndexReport(text); at >= 0 {
		return at
	}
	return max(0, bytes.Index(text, []byte(`"platform.`)))
}

// reportAt returns where in a message that holds no record something of a report
// is, or -1.
func reportAt(message []byte) int {
	for _, label := range []string{"Init Duration", "Billed Duration", "Max Memory Used"} {
		if bytes.Contains(message, []byte(label)) {
			return max(0, lambdalog.IndexReport(message))
		}
	}
	if !bytes.Contains(message, []byte("durationMs")) {
		return -1
	}
	for _, at := range eventTypes.FindAllSubmatchIndex(message, -1) {
		if !silent[string(message[at[2]:at[3]])] {
			return at[0]
		}
	}
	return -1
}

var eventTypes = regexp.MustCompile(`"platform\.([A-Za-z]*)`)

// silent are the platform's events that are known, and hold no record: they
// have durations of their own.
var silent = map[string]bool{
	"runtimeDone": true, "initRuntimeDone": true, "restoreRuntimeDone": true, "end": true, "extension": true,
	"telemetrySubscription": true, "logsSubscription": true, "logsDropped": true,
}

// ask says how to have shapes read that are not, where there may be any, or that
// there was none to explain.
func (p *parser) ask(c *logs.Coverage) {
	if p.unknown != nil {
		if len(p.unknown.shapes) == 0 && c.Events > 0 {
			complain(p.stderr, p.input.name()+": nothing looks like a platform record without being one")
		}
		return
	}
	what := plural(p.misses, "near miss", "near misses")
	switch {
	case p.misses > 0:
	case p.records == 0 && p.looks > 0:
		what = plural(p.looks, "event looks", "events look") + " like a report"
	default:
		return
	}
	arg := p.input.arg
	if !plainWord.MatchString(arg) {
		arg = "FILE"
	}
	complain(p.stderr, what+": coldstats parse --explain "+arg+" prints a redacted sample of each shape, to paste into an issue that asks for it")
}

// plainWord is an argument that a shell leaves as it is.
var plainWord = regexp.MustCompile(`^(-|[A-Za-z0-9_./][A-Za-z0-9_./=:,@+-]*)$`)
