package coldstart_test

import (
	"testing"
	"time"

	"github.com/coldstats/coldstats/pkg/coldstart"
)

func TestGroupsWithoutDimensions(t *testing.T) {
	const (
		plain = `
			s 1000 report p 30.00`
		shop = `
			2026/05/29/checkout[42]a1 1000 report a 30.00
			2026/05/29/refund[1]a2 1000 report b 30.00
			2026/05/29/checkout[43]a3 1000 report c 30.00
			2026/05/29/[43]a4 1000 report d 30.00`
	)
	for _, c := range []struct {
		name       string
		sideBySide bool
		inputs     []input
		want       string
	}{
		{"the base name where no function is known", false,
			[]input{{name: "logs/b.log", base: "b", script: plain}, {name: "logs/a.log", base: "a", script: plain}},
			"b=1 a=1"},
		{"the same base is the same group", false,
			[]input{{name: "x/a.log", base: "a", script: plain}, {name: "y/a.log", base: "a", script: plain}},
			"a=2"},
		{"the function of the stream's name", false,
			[]input{{name: "shop.log", base: "shop", script: shop}},
			"checkout=2 refund=1 shop=1"},
		{"one function of two inputs", false,
			[]input{{name: "1.log", base: "1", script: plain + shop}, {name: "2.log", base: "2", script: shop}},
			"1=2 checkout=4 refund=2 2=1"},
		{"a label names all of its input", false,
			[]input{{name: "new=shop.log", label: "new", base: "shop", script: shop}},
			"new=4"},
		{"inputs of one label are pooled", false,
			[]input{
				{name: "new=1.log", label: "new", base: "1", script: plain},
				{name: "old=2.log", label: "old", base: "2", script: shop},
				{name: "new=3.log", label: "new", base: "3", script: shop},
			},
			"new=5 old=4"},
		{"also side by side", true,
			[]input{
				{name: "new=1.log", label: "new", base: "1", script: plain},
				{name: "old=2.log", label: "old", base: "2", script: shop},
				{name: "new=3.log", label: "new", base: "3", script: shop},
			},
			"new=5 old=4"},
		{"one function on two sides takes the names of the inputs", true,
			[]input{
				{name: "before.log", base: "before", script: `2026/05/29/refund[1]a2 1000 report b 30.00`},
				{name: "after.log", base: "after", script: `2026/05/29/refund[2]a2 1000 report b 30.00`},
			},
			"before.log=1 after.log=1"},
		{"one base name on two sides too", true,
			[]input{{name: "x/a.log", base: "a", script: plain}, {name: "y/a.log", base: "a", script: plain}},
			"x/a.log=1 y/a.log=1"},
		{"functions that are on one side keep their names", true,
			[]input{
				{name: "before.log", base: "before", script: `2026/05/29/refund[1]a2 1000 report b 30.00`},
				{name: "after.log", base: "after", script: shop},
			},
			"before.log=1 after=1 checkout=2 after.log=1"},
		{"two functions on two sides", true,
			[]input{{name: "before.log", base: "b", script: shop}, {name: "after.log", base: "a", script: shop}},
			"b=1 before.log: checkout=2 before.log: refund=1 a=1 after.log: checkout=2 after.log: refund=1"},
		{"a label that is another side's function", true,
			[]input{{name: "refund=1.log", label: "refund", base: "1", script: plain}, {name: "2.log", base: "2", script: `
				2026/05/29/refund[1]a2 1000 report b 30.00`}},
			"refund=1.log=1 2.log=1"},
		{"without an invocation there is no group", false,
			[]input{{name: "a.log", base: "a", script: `s 1000 start a 1`}},
			""},
	} {
		m := measure(t, coldstart.Options{SideBySide: c.sideBySide}, c.inputs...)
		if got := m.labels(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// byAll differs in every dimension that logs tell of.
const byAll = `
	2026/05/29/checkout[10]a1 2026-05-29T23:59:58.000Z INIT_START Runtime Version: python:3.12.v11
	2026/05/29/checkout[10]a1 2026-05-29T23:59:58.230Z report a 30.00 init 200.00 mem 1024
	2026/05/29/checkout[10]a1 2026-05-30T00:00:00.010Z report b 30.00 mem 1024
	2026/05/29/checkout[10]a1 2026-05-30T10:00:00.000Z report c 0.00 mem 128
	2026/05/29/checkout[2]b1 2026-05-30T10:00:00.000Z INIT_START Runtime Version: nodejs:20.v5
	2026/05/29/checkout[2]b1 2026-05-30T10:00:00.230Z report d 30.00 init 200.00 mem 256
	2026/05/29/refund[$LATEST]c1 2026-05-30T10:00:00.230Z report e 30.00 mem 128
	2026/05/29/refund[$LATEST]c1 ? REPORT RequestId: f\tDuration: 3.00 ms`

func TestDimensions(t *testing.T) {
	for _, c := range []struct {
		by   []coldstart.Dimension
		want string
	}{
		{[]coldstart.Dimension{coldstart.ByFunction}, "new/checkout=4 new/refund=2"},
		{[]coldstart.Dimension{coldstart.ByVersion}, "new/2=1 new/10=3 new/$LATEST=2"},
		// f is partial and says nothing of memory.
		{[]coldstart.Dimension{coldstart.ByMemory}, "new/128=2 new/256=1 new/1024=2 new/=1"},
		{[]coldstart.Dimension{coldstart.ByRuntime}, "new/=2 new/nodejs:20.v5=1 new/python:3.12.v11=3"},
		{[]coldstart.Dimension{coldstart.ByDay}, "new/=1 new/2026-05-29=2 new/2026-05-30=3"}, // b began at 23:59:59.980
		{[]coldstart.Dimension{coldstart.ByHour}, "new/=1 new/2026-05-29T23:00Z=2 new/2026-05-30T10:00Z=3"},
		{[]coldstart.Dimension{coldstart.ByStream},
			"new/2026/05/29/checkout[10]a1=3 new/2026/05/29/checkout[2]b1=1 new/2026/05/29/refund[$LATEST]c1=2"},
		{[]coldstart.Dimension{coldstart.ByStart}, "new/cold=2 new/warm=3 new/unknown=1"},
		{[]coldstart.Dimension{coldstart.ByRun}, "new/1=5 new/2=1"}, // two functions: version 10 and 2 of one, $LATEST of the other
		{[]coldstart.Dimension{coldstart.ByRegion}, "new/=6"},
		{[]coldstart.Dimension{coldstart.ByArch}, "new/=6"},
		{[]coldstart.Dimension{coldstart.ByStart, coldstart.ByMemory},
			"new/cold/256=1 new/cold/1024=1 new/warm/128=2 new/warm/1024=1 new/unknown/=1"},
		{[]coldstart.Dimension{coldstart.ByMemory, coldstart.ByStart},
			"new/128/warm=2 new/256/cold=1 new/1024/cold=1 new/1024/warm=1 new//unknown=1"},
	} {
		m := measure(t, coldstart.Options{By: c.by, RunGap: time.Hour}, input{name: "new=a.log", label: "new", base: "a", script: byAll})
		if got := m.labels(); got != c.want {
			t.Errorf("%v: got %s, want %s", c.by, got, c.want)
		}
		if len(m.By) != len(c.by) || m.By[0] != c.by[0] {
			t.Errorf("%v: the report is by %v", c.by, m.By)
		}
	}
}

// A stream whose name tells no version, as of a copy, can hold several.
func TestOneStreamInSeveralGroups(t *testing.T) {
	const script = `
		s 1000 start a 7
		s 1030 report a 30.00
		s 2000 INIT_START Runtime Version: python:3.12.v11
		s 2000 start b 8
		s 2030 report b 30.00`
	for by, want := range map[coldstart.Dimension]string{
		coldstart.ByVersion: "app/7=1 app/8=1",
		coldstart.ByRuntime: "app/=1 app/python:3.12.v11=1",
	} {
		m := measure(t, coldstart.Options{By: []coldstart.Dimension{by}}, one(script))
		if got := m.labels(); got != want {
			t.Errorf("%s: got %s, want %s", by, got, want)
		}
	}
}

func TestDaysAndHoursBeginInTheZone(t *testing.T) {
	zone := time.FixedZone("", 2*3600)
	in := input{name: "a.log", base: "a", script: `
		s 2026-05-29T21:59:59.999Z report a 0.00
		s 2026-05-29T22:00:00.000Z report b 0.00`}
	for by, want := range map[coldstart.Dimension]string{
		coldstart.ByDay:  "a/2026-05-29=1 a/2026-05-30=1",
		coldstart.ByHour: "a/2026-05-29T23:00+02:00=1 a/2026-05-30T00:00+02:00=1",
	} {
		m := measure(t, coldstart.Options{By: []coldstart.Dimension{by}, Zone: zone}, in)
		if got := m.labels(); got != want {
			t.Errorf("%s: got %s, want %s", by, got, want)
		}
	}
}

// On 25 October 2026 the clocks of Berlin show 02:00 twice, first with +02:00.
func TestHoursComeInTheirOrder(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	m := measure(t, coldstart.Options{By: []coldstart.Dimension{coldstart.ByHour}, Zone: zone}, one(`
		s 2026-10-25T00:30:00.000Z report a 0.00
		s 2026-10-25T01:30:00.000Z report b 0.00
		s 2026-10-25T02:30:00.000Z report c 0.00`))
	const want = "app/2026-10-25T02:00+02:00=1 app/2026-10-25T02:00+01:00=1 app/2026-10-25T03:00+01:00=1"
	if got := m.labels(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNamesOfDimensionsStartsAndMetrics(t *testing.T) {
	for _, d := range coldstart.Dimensions {
		if got, ok := coldstart.ParseDimension(d.String()); !ok || got != d {
			t.Errorf("%s is parsed to %s, %v", d, got, ok)
		}
	}
	for _, k := range coldstart.StartKinds {
		if got, ok := coldstart.ParseStartKind(k.String()); !ok || got != k {
			t.Errorf("%s is parsed to %s, %v", k, got, ok)
		}
	}
	for _, m := range coldstart.MetricNames {
		if got, ok := coldstart.ParseMetric(m.String()); !ok || got != m {
			t.Errorf("%s is parsed to %s, %v", m, got, ok)
		}
	}
	_, dimension := coldstart.ParseDimension("Version")
	_, start := coldstart.ParseStartKind("")
	_, metric := coldstart.ParseMetric("client_ms")
	if dimension || start || metric {
		t.Error("a name was parsed that is none")
	}
}

func TestSides(t *testing.T) {
	for sideBySide, want := range map[bool][]int{false: {0, 0, 0, 0}, true: {0, 1, 0, 3}} {
		b := coldstart.NewBuilder(coldstart.Options{SideBySide: sideBySide})
		for i, label := range []string{"new", "old", "new", ""} {
			if got := b.Input("a.log", label, "a").Side(); got != want[i] {
				t.Errorf("side by side %v: input %d is on side %d, want %d", sideBySide, i, got, want[i])
			}
		}
	}
}
