package render

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Shape is a form of log text that looks like a platform record and was not
// recognised.
type Shape struct {
	// Reason says why it was not.
	Reason string
	// Count is how often it was seen, first on the 1-based line First of its
	// file.
	Count uint64
	First int64
	// Text is its first appearance, redacted.
	Text string
	// Cut is the length of the text in bytes where only a part of it is shown,
	// else 0.
	Cut int
}

// Explain prints shapes as Markdown that is to be pasted into an issue. by names
// the program; more is how many further texts there are of shapes that are not
// among these. The error is w's.
func Explain(w io.Writer, by string, shapes []Shape, more uint64) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s does not recognise this. Letters are masked by x and digits by 0,\n"+
		"except in what Lambda prints itself and in figures behind their labels.\n", by)
	for i := range shapes {
		s := &shapes[i]
		fmt.Fprintf(&b, "\n### %d. %s\n\n%s", i+1, s.Reason, s.seen())
		if s.Cut > 0 {
			fmt.Fprintf(&b, "; a part of its %d bytes", s.Cut)
		}
		fence := fenceOf(s.Text)
		fmt.Fprintf(&b, ":\n\n%stext\n%s\n%s\n", fence, s.Text, fence)
	}
	switch {
	case more == 1:
		fmt.Fprint(&b, "\n1 more, of another shape, is not shown.\n")
	case more > 1:
		fmt.Fprintf(&b, "\n%d more, of other shapes, are not shown.\n", more)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func (s *Shape) seen() string {
	if s.Count == 1 {
		return fmt.Sprintf("Seen once, on line %d", s.First)
	}
	return fmt.Sprintf("Seen %d times, first on line %d", s.Count, s.First)
}

// fenceOf returns a fence that no line of text can close. Tildes are rare in
// logs, and a block of backticks may hold the whole.
func fenceOf(text string) string {
	fence := "~~~"
	for strings.Contains(text, fence) {
		fence += "~"
	}
	return fence
}
