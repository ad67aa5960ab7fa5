package cli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/coldstats/coldstats/pkg/fetch"
	"github.com/coldstats/coldstats/pkg/render"
)

// progress shows on a terminal how far a fetch is, in a line that is gone when
// it ends. To anything else it writes nothing.
type progress struct {
	bars *mpb.Progress
	bar  *mpb.Bar

	mu     sync.Mutex
	latest fetch.Progress
	first  fetch.Progress // what the archive had
	began  time.Time
}

// newProgress returns the progress on w, which shows nothing when quiet.
func newProgress(w io.Writer, quiet bool) *progress {
	if quiet {
		return &progress{}
	}
	return &progress{bars: mpb.New(mpb.WithOutput(w), mpb.WithWidth(32))}
}

// begin begins the bar of a log group.
func (p *progress) begin(name string) {
	if p.bars == nil {
		return
	}
	p.latest, p.first, p.began = fetch.Progress{}, fetch.Progress{}, time.Time{}
	p.bar = p.bars.AddBar(0, mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name(render.Plain(name)+" ")),
		mpb.AppendDecorators(decor.Percentage(), decor.Any(func(decor.Statistics) string {
			p.mu.Lock()
			defer p.mu.Unlock()
			return " " + wordProgress(p.latest, p.left())
		})))
}

// update is told how far the fetch is.
func (p *progress) update(now fetch.Progress) {
	if p.bar == nil {
		return
	}
	p.keep(now)
	// The bar may be drawing just now, for which it asks what is kept.
	p.bar.SetTotal(now.Total.Milliseconds(), false)
	p.bar.SetCurrent(now.Covered.Milliseconds())
}

func (p *progress) keep(now fetch.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.began.IsZero() {
		p.began, p.first = time.Now(), now
	}
	p.latest = now
}

// left estimates how long the rest will take; 0 where nothing tells.
func (p *progress) left() time.Duration {
	done := p.latest.Covered - p.first.Covered
	if done <= 0 {
		return 0
	}
	return time.Duration(float64(time.Since(p.began)) * float64(p.latest.Total-p.latest.Covered) / float64(done))
}

// wordProgress words how far a fetch is.
func wordProgress(p fetch.Progress, left time.Duration) string {
	text := fmt.Sprintf("%s, %s, %d throttled, %.1f/s", count(p.Events, "event"), count(p.Calls, "call"), p.Throttles, p.Rate)
	if left > 0 {
		text += ", " + left.Round(time.Second).String() + " left"
	}
	return text
}

// end ends the bar.
func (p *progress) end() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bar.Wait()
		p.bar = nil
	}
}

// close ends the line. Nothing else is written to the terminal before.
func (p *progress) close() {
	if p.bars != nil {
		p.bars.Wait()
		p.bars = nil
	}
}
