package cli

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/coldstats/coldstats/pkg/awsapi"
	"github.com/coldstats/coldstats/pkg/fetch"
	"github.com/coldstats/coldstats/pkg/logs"
)

// remote is an input that CloudWatch Logs has: one log group or several.
type remote struct {
	targets []*target
	scope   logs.Scope
	streams int // that were numbered
}

// target is a log group, and whose events are read from it.
type target struct {
	*awsapi.Target
	*fetch.Source
	// streams are the streams of the events, by the number that they have among
	// those of the log group.
	streams []*logs.Stream
}

// name is what a target is called in a sentence.
func (t *target) name() string {
	return fmt.Sprintf("log group %s in %s of account %s", t.Group.Name, t.Region, t.Account)
}

// events returns the events of all targets, one after the other.
func (r *remote) events(ctx context.Context) iter.Seq2[*logs.Event, error] {
	return func(yield func(*logs.Event, error) bool) {
		for _, t := range r.targets {
			for e, err := range r.eventsOf(ctx, t) {
				if !yield(e, err) {
					return
				}
			}
		}
	}
}

// eventsOf returns the events of one target. An error ends them.
func (r *remote) eventsOf(ctx context.Context, t *target) iter.Seq2[*logs.Event, error] {
	return func(yield func(*logs.Event, error) bool) {
		for e, err := range t.Events(ctx) {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(nil, err)
				return
			}
			lent := *e
			lent.Stream = r.stream(t, e.Stream)
			if !yield(&lent, nil) {
				return
			}
		}
	}
}

// stream returns the stream of a target's event as one of the input, with what
// AWS says of its function.
func (r *remote) stream(t *target, of *logs.Stream) *logs.Stream {
	if of.ID >= len(t.streams) {
		t.streams = append(t.streams, make([]*logs.Stream, of.ID+1-len(t.streams))...)
	}
	if t.streams[of.ID] == nil {
		s := *of
		s.ID = r.streams
		r.streams++
		s.Region = t.Region
		if t.Config != nil {
			s.Arch, s.Runtime = t.Config.Arch, t.Config.Runtime
		}
		t.streams[of.ID] = &s
	}
	return t.streams[of.ID]
}

// coverage returns what was reached of all targets. What is noted of several is
// told once.
func (r *remote) coverage() logs.Coverage {
	var all logs.Coverage
	for _, t := range r.targets {
		all.Add(t.Coverage())
	}
	var notes []string
	for _, note := range all.Notes {
		if !slices.Contains(notes, note) {
			notes = append(notes, note)
		}
	}
	all.Notes = notes
	return all
}

// kind says what the input is.
func (r *remote) kind() string {
	const most = 5
	if len(r.targets) == 1 {
		t := r.targets[0]
		var versions []string
		for _, v := range t.Versions {
			versions = append(versions, fmt.Sprintf("version %s", v.Version))
			if len(t.Versions) > 1 {
				versions[len(versions)-1] += fmt.Sprintf(" (%g%% of calls)", v.Weight*100)
			}
		}
		return strings.Join(append(versions, t.name()), ", ")
	}
	var names []string
	noun := "log group"
	for i, t := range r.targets {
		name := t.Group.Name
		if t.Function != "" {
			noun, name = "function", t.Function
		}
		if i < most {
			names = append(names, name+" in "+t.Region)
		}
	}
	if more := len(r.targets) - most; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return count(uint64(len(r.targets)), noun) + " (" + strings.Join(names, ", ") + ")"
}

// nothing says where nothing was found.
func (r *remote) nothing(arg, wanted string, events uint64) string {
	return fmt.Sprintf("%s: no %s among the %s that were fetched from %s to %s: %s",
		arg, wanted, count(events, "event"), r.scope.Window.Start, r.scope.Window.End, r.kind())
}

// run fetches what the archive has not. Targets that cannot be read are left out
// and returned as missing.
func (r *remote) run(ctx context.Context, c *cloud) (missing []logs.Gap, err error) {
	var readable []*target
	for _, t := range r.targets {
		c.progress.begin(t.Group.Name + " " + t.Region)
		err := t.Run(ctx)
		c.progress.end()
		switch {
		case ctx.Err() != nil:
			return nil, c.interrupted(err)
		case err != nil:
			missing = append(missing, logs.Gap{Source: t.Group.ARN, Reason: err.Error()})
			continue
		}
		readable = append(readable, t)
	}
	r.targets = readable
	return missing, nil
}

// interrupted returns the error of a run that its user ended; err, where there
// is one, says how far it came.
func (c *cloud) interrupted(err error) error {
	switch {
	case c.flags.noArchive:
		err = errors.New("interrupted; with --no-archive nothing is kept")
	case err == nil:
		err = errors.New("interrupted; what was fetched is kept")
	}
	return &exitError{exitInterrupted, err}
}
