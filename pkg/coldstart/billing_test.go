package coldstart_test

import (
	"testing"

	"github.com/coldstats/coldstats/pkg/coldstart"
)

// Each case but the made ones is a published REPORT line; the arithmetic is
// ⌈duration + init⌉ and ⌈duration⌉ against what was billed.
func TestInitBilling(t *testing.T) {
	const (
		none   = coldstart.NoInit
		yes    = coldstart.InitBilled
		no     = coldstart.InitNotBilled
		unsure = coldstart.InitBilledUnsure
	)
	for _, c := range []struct {
		report string
		want   coldstart.InitBilling
		billed float64 // of the init
	}{
		{`report 8d5958b5 2.46 billed 417 init 413.61`, yes, 413.61},                        // ⌈416.07⌉ = 417
		{`report 188dfe6c 1.73 billed 80 init 77.45`, yes, 77.45},                           // ⌈79.18⌉ = 80
		{`report 595492f6 5000.00 billed 5579 init 578.07 status timeout`, yes, 578.07},     // ⌈5578.07⌉ = 5579
		{`report 527cb862 3016.78 billed 3101 init 84.00 status timeout`, yes, 84},          // ⌈3100.78⌉ = 3101
		{`report 5b866fb1 133.61 billed 214 init 80.00 status error`, yes, 80},              // ⌈213.61⌉ = 214
		{`report 1851d499 79.88 billed 172 init 91.80`, yes, 91.8},                          // ⌈171.68⌉ = 172, a custom runtime
		{`report c0d5710b 1776.81 billed 1777 init 1987.45`, no, 0},                         // ⌈1776.81⌉ = 1777
		{`report 3c0d1c43 492.12 billed 493 init 4831.59`, no, 0},                           // ⌈492.12⌉ = 493
		{`report 32f5cbf1 8.40 billed 9 init 170.13`, no, 0},                                // ⌈8.40⌉ = 9
		{`report c421f663 363.49 billed 364 init 1488.71`, no, 0},                           // ⌈363.49⌉ = 364
		{`report dae59f59 5.20 billed 6 init 162.18`, no, 0},                                // ⌈5.20⌉ = 6
		{`report cf84ebaf 100.00 billed 100 init 50.00`, no, 0},                             // whole milliseconds stay
		{`report made1 100.00 billed 150 init 50.00`, yes, 50},                              // and here
		{`report 8edab1f8 0.81 billed 100 init 1234`, unsure, 0},                            // 100 ms rounding: 1235 and 1
		{`report 33792b95 25.98 billed 100 init 1.01`, unsure, 0},                           // 100 ms rounding: 27 and 26
		{`report made2 1.20 billed 2 init 0.30`, unsure, 0},                                 // ⌈1.5⌉ = ⌈1.2⌉
		{`report made3 1.20 billed 3 init 0.30`, unsure, 0},                                 // neither
		{`report made4 3003.28 billed 3000 init 200.00`, unsure, 0},                         // 3204 and 3004: an old timeout
		{`REPORT RequestId: made5\tDuration: 1.20 ms\tInit Duration: 300.00 ms`, unsure, 0}, // nothing billed is known
		{`report ca70bee3 5545.81 billed 5546`, none, 0},
		{`report 8c360c87 2338.66 billed 2521 restore 398.97`, none, 0},
		{`REPORT RequestId: fbc55e6e Init Duration: 0.68 ms Duration: 130.63 ms Billed Duration: 131 ms Memory Size: 128 MB Max Memory Used: 128 MB`, none, 0},
	} {
		m := measure(t, coldstart.Options{}, one("s 1000 "+c.report))
		if got := m.each[0].billing; got != c.want {
			t.Errorf("%s: got %d, want %d", c.report, got, c.want)
		}
		var unsures uint64
		if c.want == unsure {
			unsures = 1
		}
		if g := m.only(t); g.InitBilledMs != c.billed || g.InitBilledUnsure != unsures {
			t.Errorf("%s: %v ms billed, %d unsure, want %v and %d", c.report, g.InitBilledMs, g.InitBilledUnsure, c.billed, unsures)
		}
	}
}

// The inits of all starts are billed, also of those that no request waited for.
func TestInitBillingAddsUp(t *testing.T) {
	g := measure(t, coldstart.Options{}, one(`
		s 1000 INIT_START Runtime Version: python:3.12.v11
		s 9000 report 8d5958b5 2.46 billed 417 init 413.61
		r 9000 report 188dfe6c 1.73 billed 80 init 77.45
		q 9000 report c0d5710b 1776.81 billed 1777 init 1987.45
		p 9000 report 8edab1f8 0.81 billed 100 init 1234
		o 9000 report 33792b95 25.98 billed 100 init 1.01`)).only(t)
	// 413.61 + 77.45
	if g.InitBilledMs != 491.06 || g.InitBilledUnsure != 2 || g.Starts[coldstart.Prewarmed] != 1 {
		t.Errorf("%v ms billed, %d unsure, starts %v", g.InitBilledMs, g.InitBilledUnsure, g.Starts)
	}
}
