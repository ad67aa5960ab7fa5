package coldstart_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coldstats/coldstats/pkg/coldstart"
)

// Messages that name the function checkout.
const (
	namedByInit    = `{"type":"platform.initStart","record":{"initializationType":"on-demand","phase":"init","functionName":"checkout","functionVersion":"7"}}`
	namedByRestore = `{"type":"platform.restoreStart","record":{"functionName":"checkout","functionVersion":"7"}}`
	namedByStart   = `{"type":"platform.start","record":{"requestId":"a","functionArn":"arn:aws:lambda:eu-west-1:123456789012:function:checkout:7","version":"7"}}`
)

// functions lists the invocations that Each was told of, as "id function".
func (m *measured) functions() string {
	var list []string
	for _, inv := range m.each {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%s %s", inv.id, inv.Function)))
	}
	return strings.Join(list, ", ")
}

func TestFunctionOfRecords(t *testing.T) {
	for _, c := range []struct {
		name, script      string
		functions, groups string
	}{
		{"an init", `
			s 1000 ` + namedByInit + `
			s 2000 report a 30.00
			s 3000 report b 30.00`, "a checkout, b checkout", "checkout/checkout=2"},
		{"a restore", `
			s 1000 ` + namedByRestore + `
			s 2000 report a 30.00`, "a checkout", "checkout/checkout=1"},
		{"a start", `
			s 1000 ` + namedByStart + `
			s 2000 report a 30.00`, "a checkout", "checkout/checkout=1"},
		{"known later", `
			s 500 report z 30.00
			s 600 report y 30.00
			s 1000 ` + namedByStart + `
			s 2000 report a 30.00
			s 3000 report b 30.00`, "z, y, a checkout, b checkout", "app/=2 checkout/checkout=2"},
		{"of each stream its own", `
			s 1000 ` + namedByInit + `
			r 1000 ` + strings.Replace(namedByInit, "checkout", "refund", 1) + `
			s 2000 report a 30.00
			r 2000 report b 30.00
			q 2000 report c 30.00`, "a checkout, b refund, c", "app/=1 checkout/checkout=1 refund/refund=1"},
		{"the stream's own name goes before it", `
			2026/05/29/refund[7]a1 1000 ` + namedByInit + `
			2026/05/29/refund[7]a1 2000 report a 30.00`, "a refund", "refund/refund=1"},
		{"a stream that is not known", `
			- 1000 ` + namedByStart + `
			- 2000 report a 30.00`, "a", "app/=1"},
		{"a failed init without an invocation", `
			s 1000 ` + namedByInit + `
			s 2000 INIT_REPORT Init Duration: 900.00 ms\tPhase: init\tStatus: timeout`, "", "checkout/checkout=0"},
	} {
		// Without a dimension that varies the group is remembered with the stream.
		for _, by := range [][]coldstart.Dimension{{coldstart.ByFunction}, {coldstart.ByFunction, coldstart.ByMemory}} {
			m := measure(t, coldstart.Options{By: by}, one(c.script))
			if got := m.functions(); got != c.functions {
				t.Errorf("%s: got %s, want %s", c.name, got, c.functions)
			}
			if got := m.labels(); len(by) == 1 && got != c.groups {
				t.Errorf("%s: groups %s, want %s", c.name, got, c.groups)
			}
		}
	}
}

// Functions are deployed on their own, however they are named.
func TestRunsOfFunctionsOfRecords(t *testing.T) {
	const other = `{"type":"platform.initStart","record":{"functionName":"refund"}}`
	m := measure(t, coldstart.Options{RunGap: time.Hour}, one(`
		s 1000 `+namedByInit+`
		s 2000 report a 30.00
		r 1000 `+strings.Replace(namedByInit, `"7"`, `"8"`, 1)+`
		r 2000 report b 30.00
		q 1000 `+other+`
		q 2000 report c 30.00`))
	if got, want := m.runs(), "a1 b2 c1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
