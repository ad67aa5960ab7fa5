package cli

import (
	"bytes"
	"testing"
	"time"

	"github.com/coldstats/coldstats/pkg/fetch"
)

func TestWordProgress(t *testing.T) {
	p := fetch.Progress{Events: 1200, Calls: 1, Throttles: 2, Rate: 7.96}
	if got := wordProgress(p, 0); got != "1200 events, 1 call, 2 throttled, 8.0/s" {
		t.Error(got)
	}
	if got := wordProgress(p, 90*time.Second+300*time.Millisecond); got != "1200 events, 1 call, 2 throttled, 8.0/s, 1m30s left" {
		t.Error(got)
	}
}

// To what is no terminal nothing is written.
func TestProgressInAPipe(t *testing.T) {
	for _, quiet := range []bool{false, true} {
		var w bytes.Buffer
		p := newProgress(&w, quiet)
		for range 2 {
			p.begin("group")
			p.update(fetch.Progress{Covered: time.Hour, Total: 2 * time.Hour})
			p.update(fetch.Progress{Covered: 2 * time.Hour, Total: 2 * time.Hour})
			p.end()
		}
		p.update(fetch.Progress{}) // a cell that was damaged is fetched while it is read
		p.close()
		p.close()
		if w.Len() > 0 {
			t.Errorf("quiet %v: %q", quiet, &w)
		}
	}
}
