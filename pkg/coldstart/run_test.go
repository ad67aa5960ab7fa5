package coldstart_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coldstats/coldstats/pkg/coldstart"
)

// runs lists the invocations that Each was told of, as "id run".
func (m *measured) runs() string {
	var list []string
	for _, inv := range m.each {
		list = append(list, fmt.Sprintf("%s%d", inv.id, inv.Run))
	}
	return strings.Join(list, " ")
}

// With a run gap of 10 s, ids are letters and a run is the number behind them.
func TestRuns(t *testing.T) {
	for _, c := range []struct {
		name   string
		inputs []input
		want   string
	}{
		{"a pause of 10 s from end to begin is none, and 10.001 s is one", []input{one(`
			s 1000 report a 1000.00
			s 12000 report b 1000.00
			s 23001 report c 1000.00
			s 24001 report d 1000.00`)},
			"a1 b1 c2 d2"},
		{"the same from the end on", []input{one(`
			s 24001 report d 1000.00
			s 23001 report c 1000.00
			s 12000 report b 1000.00
			s 1000 report a 1000.00`)},
			"d1 c1 b2 a2"},
		{"START begins an invocation", []input{one(`
			s 1000 report a 1000.00
			s 11000 start b $LATEST
			s 15000 report b 1000.00`)},
			"a1 b1"},
		{"an invocation that runs beside others is no pause", []input{one(`
			s 29000 report a 1000.00
			r 30000 report b 30000.00
			s 31000 report c 1000.00`)},
			"a1 b1 c1"},
		{"nor is the time that a stream goes back to after another", []input{one(`
			A 1000 report a 10.00
			A 9000 report b 10.00
			A 17000 report c 10.00
			A 25000 report d 10.00
			B 2000 report e 10.00
			B 10000 report f 10.00`)},
			"a1 b1 c1 d1 e1 f1"},
		{"nor is a deploy that a stream goes back to", []input{one(`
			A 9000 report a 10.00
			A 90000 report b 10.00
			B 9500 report c 10.00
			B 90500 report d 10.00
			C 50000 report e 10.00
			D 50500 report f 10.00
			D 9600 report g 10.00
			D 90600 report h 10.00`)},
			"a1 b2 c1 d2 e3 f3 g1 h2"},
		// c runs from 18,990 to 19,010: 8.99 s after a and 8.98 s before b.
		{"what bridges two runs belongs to the nearer one", []input{one(`
			A 10000 report a 10.00
			B 28000 report b 10.00
			C 19010 report c 20.00
			D 10000 report d 10.00
			D 28000 report e 10.00`)},
			"a1 b2 c2 d1 e2"},
		// c runs from 18,980 to 19,000: 8.98 s after a and 8.99 s before b.
		{"the nearer one may be the first", []input{one(`
			A 10000 report a 10.00
			B 28000 report b 10.00
			C 19000 report c 20.00`)},
			"a1 b2 c1"},
		{"what runs beside two runs belongs to the one at hand", []input{one(`
			A 10000 report a 10.00
			B 28000 report b 10.00
			C 29000 report c 20000.00
			C 39000 report d 10.00`)},
			"a1 b2 c2 d2"},
		{"each version is a run, however they take turns", []input{one(`
			2026/05/29/f[7]a1 1000 report a 10.00
			2026/05/29/f[8]b1 2000 report b 10.00
			2026/05/29/f[7]a1 3000 report c 10.00
			2026/05/29/f[9]c1 90000 report d 10.00
			2026/05/29/f[7]a1 90000 report e 10.00
			2026/05/29/f[8]b1 90000 report f 10.00`)},
			"a1 b2 c1 d3 e1 f2"},
		{"$LATEST beside a version", []input{one(`
			2026/05/29/f[$LATEST]a1 1000 report a 10.00
			2026/05/29/f[7]b1 2000 report b 10.00
			2026/05/29/f[$LATEST]a1 3000 report c 10.00
			2026/05/29/f[$LATEST]a1 90000 report d 10.00
			2026/05/29/f[7]b1 90000 report e 10.00`)},
			"a1 b2 c1 d3 e2"},
		{"functions are deployed on their own", []input{one(`
			2026/05/29/f[7]a1 1000 report a 10.00
			2026/05/29/g[9]b1 2000 report b 10.00
			2026/05/29/g[$LATEST]c1 90000 report c 10.00
			2026/05/29/f[$LATEST]d1 90000 report d 10.00
			2026/05/29/f[8]a1 90000 report e 10.00`)},
			"a1 b1 c2 d2 e3"},
		{"what has no time belongs to the run at hand", []input{one(`
			s ? report a 10.00
			s 1000 report b 10.00
			s 90000 report c 10.00
			s ? report d 10.00
			s 90500 report e 10.00`)},
			"a1 b1 c2 d2 e2"},
		{"the inputs of one label are of one deploy", []input{
			{name: "new=1.log", label: "new", base: "1", script: `s 1000 report a 10.00`},
			{name: "old=2.log", label: "old", base: "2", script: `s 1000 report b 10.00`},
			{name: "new=3.log", label: "new", base: "3", script: `s 9000 report c 10.00
				s 90000 report d 10.00`},
		}, "a1 b1 c1 d2"},
		{"inputs of other names are not", []input{
			{name: "1.log", base: "1", script: `s 1000 report a 10.00`},
			{name: "2.log", base: "2", script: `s 90000 report b 10.00`},
		}, "a1 b1"},
	} {
		m := measure(t, coldstart.Options{RunGap: 10 * time.Second}, c.inputs...)
		if got := m.runs(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestByRun(t *testing.T) {
	var script strings.Builder
	for i := range 12 { // each a run of its own, for runs 2 < 10
		fmt.Fprintf(&script, "s %d report r%d 10.00\n", (i+1)*60_000, i)
	}
	script.WriteString(`r 1000 INIT_REPORT Init Duration: 3.00 ms\tPhase: init\tStatus: error`)
	options := coldstart.Options{By: []coldstart.Dimension{coldstart.ByRun}, RunGap: 10 * time.Second}
	m := measure(t, options, one(script.String()))
	// The failed init has no invocation that would tell its run.
	const want = "app/1=1 app/2=1 app/3=1 app/4=1 app/5=1 app/6=1 app/7=1 app/8=1 app/9=1 app/10=1 app/11=1 app/12=1 app/=0"
	if got := m.labels(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRunsOfSides(t *testing.T) {
	of := func(version, id string) string { return "2026/05/29/f[" + version + "]a1 1000 report " + id + " 10.00" }
	inputs := []input{
		{name: "1.log", base: "1", script: of("7", "a")},
		{name: "2.log", base: "2", script: of("8", "b")},
	}
	for sideBySide, want := range map[bool]string{false: "a1 b2", true: "a1 b1"} {
		m := measure(t, coldstart.Options{SideBySide: sideBySide}, inputs...)
		if got := m.runs(); got != want {
			t.Errorf("side by side %v: got %s, want %s", sideBySide, got, want)
		}
	}
}
