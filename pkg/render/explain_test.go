package render

import (
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	const head = "coldstats 1.2.3 does not recognise this. Letters are masked by x and digits by 0,\n" +
		"except in what Lambda prints itself and in figures behind their labels.\n"
	for _, tt := range []struct {
		name   string
		shapes []Shape
		more   uint64
		want   string
	}{
		{"one", []Shape{{Reason: "no Duration", Count: 1, First: 7, Text: "REPORT x\ny"}}, 0, `
### 1. no Duration

Seen once, on line 7:

~~~text
REPORT x
y
~~~
`},
		{"several", []Shape{{Reason: "a", Count: 2, First: 1, Text: "x"}, {Reason: "b", Count: 3, First: 9, Text: "…x", Cut: 1234}}, 1, `
### 1. a

Seen 2 times, first on line 1:

~~~text
x
~~~

### 2. b

Seen 3 times, first on line 9; a part of its 1234 bytes:

~~~text
…x
~~~

1 more, of another shape, is not shown.
`},
		{"fences", []Shape{{Reason: "a", Count: 1, First: 1, Text: "```\n~~~~\n~~~"}}, 2, "\n### 1. a\n\nSeen once, on line 1:\n\n~~~~~text\n```\n~~~~\n~~~\n~~~~~\n\n2 more, of other shapes, are not shown.\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b strings.Builder
			if err := Explain(&b, "coldstats 1.2.3", tt.shapes, tt.more); err != nil {
				t.Fatal(err)
			}
			if got := b.String(); got != head+tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, head+tt.want)
			}
		})
	}
}
