package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/coldstats/coldstats/pkg/logfile"
	"github.com/coldstats/coldstats/pkg/logs"
	"github.com/coldstats/coldstats/pkg/render"
)

// session is the inputs of one run, opened and fetched.
type session struct {
	ctx     context.Context
	stop    context.CancelFunc
	cloud   *cloud
	sources []source
	// missing are the inputs that could not be read at all.
	missing []logs.Gap
}

// open understands the arguments, opens what are files and fetches what is not.
// The session has to be closed also after an error, where there is one.
func (o *measure) open(args []string, out *outputFile, p *plan) (*session, error) {
	inputs, missing, err := o.understand(args, out)
	if err != nil {
		return nil, err
	}
	s := &session{ctx: context.Background(), stop: func() {}, missing: missing}
	remote := slices.ContainsFunc(inputs, func(in input) bool { return in.remote() })
	switch {
	case remote:
		s.ctx, s.stop = interruptible()
		s.cloud = &cloud{flags: &o.cloud, scope: p.fetched, progress: newProgress(o.streams.Err, o.quiet)}
		o.tellWindow(p.fetched.Window)
	case o.cloud.coldOnly:
		return nil, usagef("--cold-only is about what is fetched from CloudWatch Logs, and all inputs are files (--start-kind cold)")
	case p.options.Window.Bounded():
		o.tellWindow(p.options.Window)
	}
	for _, in := range inputs {
		if err := o.openInput(s, in, len(args)); err != nil {
			return s, err
		}
	}
	if remote {
		err = o.fetch(s)
		s.cloud.progress.close()
	}
	return s, err
}

// tellWindow echoes the time that is asked for.
func (o *measure) tellWindow(w logs.Window) {
	if !o.quiet {
		fmt.Fprintln(o.streams.Err, render.Window(w))
	}
}

// interruptible returns a context that ends with the first Ctrl-C. A second one
// ends the program.
func interruptible() (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// close removes what is not kept, and returns the error that the run ends with.
func (s *session) close(err error) error {
	if s.cloud != nil {
		s.cloud.progress.end()
		s.cloud.progress.close()
		if closing := s.cloud.close(); err == nil && closing != nil {
			err = failf("%w", closing)
		}
	}
	s.stop()
	return err
}

// failed words an error that ended the reading of an input.
func (s *session) failed(err error) error {
	if s.cloud == nil {
		return writing(err)
	}
	if s.ctx.Err() != nil {
		return s.cloud.interrupted(nil)
	}
	return writing(err)
}

// understand parses the arguments. What cannot be read is told, left out and
// returned as missing by summary, and ends compare: a comparison without one
// side is none.
func (o *measure) understand(args []string, out *outputFile) (inputs []input, missing []logs.Gap, err error) {
	stdin := false
	for _, arg := range args {
		in, err := o.parse(arg)
		if gap, ok := errors.AsType[*gapError](err); ok && o.leavesOut(len(args)) {
			complain(o.streams.Err, err.Error())
			missing = append(missing, logs.Gap(*gap))
			continue
		}
		switch {
		case err != nil:
			return nil, nil, err
		case in.path == logfile.Stdin && stdin:
			return nil, nil, usagef("standard input (-) can be read only once")
		case !in.remote() && out.overwrites(in.path):
			return nil, nil, usagef("--output %s is an input too", o.output)
		}
		stdin = stdin || in.path == logfile.Stdin
		inputs = append(inputs, in)
	}
	if o.compare && len(inputs) > 1 && len(o.by) == 0 && oneLabel(inputs) {
		return nil, nil, usagef("all inputs have the label %s: there is nothing to compare it with", inputs[0].label)
	}
	return inputs, missing, nil
}

// leavesOut reports whether one of so many inputs that cannot be read is left out.
func (o *measure) leavesOut(args int) bool { return !o.compare && args > 1 }

// oneLabel reports whether all inputs are pooled under one label.
func oneLabel(inputs []input) bool {
	for _, in := range inputs {
		if in.label == "" || in.label != inputs[0].label {
			return false
		}
	}
	return true
}

// openInput opens one of so many inputs.
func (o *measure) openInput(s *session, in input, args int) error {
	src, err := source{input: in}, error(nil)
	if in.remote() {
		src.remote, err = o.find(s, &in)
	} else {
		src, err = o.inputs.open(in, o.streams)
	}
	if gap, ok := errors.AsType[*gapError](err); ok && o.leavesOut(args) {
		complain(o.streams.Err, err.Error())
		s.missing = append(s.missing, logs.Gap(*gap))
		return nil
	}
	if err != nil {
		return err
	}
	s.sources = append(s.sources, src)
	return nil
}

// find finds the log groups of an input.
func (o *measure) find(s *session, in *input) (*remote, error) {
	c := s.cloud
	if c.account == nil {
		if err := c.dial(s.ctx); err != nil {
			return nil, s.unreachable(in, err)
		}
	}
	r, notes, err := c.find(s.ctx, in)
	for _, note := range notes {
		complain(o.streams.Err, note)
	}
	switch {
	case s.ctx.Err() != nil:
		return nil, c.interrupted(nil)
	case err != nil && in.guessed:
		return nil, unreadable(in.arg, fmt.Sprintf("no such file or folder, and %v", err))
	case err != nil:
		return nil, unreadable(in.arg, err.Error())
	}
	return r, nil
}

// unreachable words why AWS cannot be asked at all.
func (s *session) unreachable(in *input, err error) error {
	if s.ctx.Err() != nil {
		return s.cloud.interrupted(nil)
	}
	if _, ok := errors.AsType[*exitError](err); ok {
		return err
	}
	if in.guessed {
		return failf("%s: no such file or folder, and AWS cannot be asked for a function of that name: %w", in.arg, err)
	}
	return failf("%s: %w", in.arg, err)
}

// fetch fetches what the archive has not.
func (o *measure) fetch(s *session) error {
	for i := range s.sources {
		src := &s.sources[i]
		if src.remote == nil {
			continue
		}
		groups := len(src.remote.targets)
		missing, err := src.remote.run(s.ctx, s.cloud)
		if err != nil {
			return err
		}
		for _, gap := range missing {
			if !o.leavesOut(len(s.sources) + groups - 1) {
				return unreadable(src.arg, gap.Reason)
			}
			complain(o.streams.Err, gap.Source+": "+gap.Reason)
		}
		s.missing = append(s.missing, missing...)
	}
	s.sources = slices.DeleteFunc(s.sources, func(src source) bool { return src.remote != nil && len(src.remote.targets) == 0 })
	return nil
}
