package awsapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/coldstats/coldstats/pkg/logs"
)

// Found is what a spec stands for.
type Found struct {
	// Targets are in the order of the account's regions, then of function names.
	Targets []*Target
	// Notes say what was taken to be so, or left out, and why.
	Notes []string
}

// Find returns the log groups that a spec stands for in the account's regions,
// or in the region of an ARN. A name that exists in several regions gives
// several targets; one that exists in none is a *NotFoundError. Another failure
// in any region is the error of all, so that none is left out unseen.
func (a *Account) Find(ctx context.Context, spec Spec) (Found, error) {
	regions := a.Regions
	switch {
	case spec.Region == "" && len(regions) == 0:
		return Found{}, ErrNoRegion
	case spec.Region != "" && len(a.options.Regions) > 0 && !slices.Contains(regions, spec.Region):
		return Found{}, fmt.Errorf("%s is in %s, which --region leaves out", spec, spec.Region)
	case spec.Region != "":
		regions = []string{spec.Region}
	}
	found := make([]finder, len(regions))
	tasks, all := errgroup.WithContext(ctx)
	tasks.SetLimit(8)
	for i, region := range regions {
		found[i] = finder{Region: a.Region(region), spec: spec}
		tasks.Go(func() error { return found[i].find(all) })
	}
	if err := tasks.Wait(); err != nil {
		return Found{}, err
	}
	var sum Found
	var missing []*NotFoundError
	for _, f := range found {
		sum.Targets = append(sum.Targets, f.targets...)
		sum.Notes = append(sum.Notes, f.notes...)
		if f.missing != nil {
			missing = append(missing, f.missing)
		}
	}
	if len(sum.Targets) == 0 {
		none := missing[0]
		for _, m := range missing[1:] {
			none.add(m)
		}
		if none.Account == "" {
			none.Account = a.ask(ctx, regions[0])
		}
		return Found{}, none
	}
	for _, m := range missing {
		sum.Notes = append(sum.Notes, m.Error())
	}
	return sum, nil
}

// finder looks for one spec in one region. Either it has targets in the end, or
// missing says what there is not.
type finder struct {
	*Region
	spec    Spec
	targets []*Target
	notes   []string
	missing *NotFoundError
}

func (f *finder) note(format string, args ...any) {
	f.notes = append(f.notes, f.Name+": "+fmt.Sprintf(format, args...))
}

// lost notes that nothing was found under these log groups.
func (f *finder) lost(what string, groups ...string) {
	f.missing = &NotFoundError{What: what, Regions: []string{f.Name}, Account: cmp.Or(f.spec.Account, f.account.ID), Groups: groups}
}

func (f *finder) find(ctx context.Context) error {
	switch {
	case f.spec.Group != "":
		return f.findGroup(ctx)
	case f.spec.Pattern:
		return f.findPattern(ctx)
	}
	return f.findFunction(ctx)
}

// findGroup takes a log group as it is. Where its name is that of a function's
// own group, the function is asked how it logs; that it does not tell is no
// matter for who names a group.
func (f *finder) findGroup(ctx context.Context) error {
	name := f.spec.Group
	group, ok, err := f.group(ctx, name, f.spec.Account)
	if err != nil {
		return err
	}
	owner := logs.FunctionOfGroup(name)
	if !ok {
		f.lost("log group "+name, name)
		if owner != "" {
			for _, near := range f.near(ctx, owner) {
				f.missing.Near = append(f.missing.Near, ownGroup(near))
			}
		}
		return nil
	}
	t := f.add(group)
	t.Shared = owner == ""
	if name != ownGroup(owner) || group.Linked {
		return nil
	}
	fn, err := f.function(ctx, Spec{Function: owner}, "")
	switch {
	case err != nil:
		return ctx.Err()
	case fn.group == name:
		t.Config = fn.config
	default:
		f.note("function %s logs to %s today, no longer to %s", owner, fn.group, name)
	}
	return nil
}

// add appends the target of a group.
func (f *finder) add(group Group) *Target {
	t := &Target{Region: f.Name, Account: cmp.Or(accountOf(group.ARN), f.account.ID), Group: group}
	f.targets = append(f.targets, t)
	return t
}

// findFunction finds where a function logs to. Its versions may log to different
// groups; without a qualifier the group is that of $LATEST.
func (f *finder) findFunction(ctx context.Context) error {
	versions, err := f.versions(ctx)
	if err != nil || f.missing != nil {
		return err
	}
	if len(versions) > 0 {
		return f.findVersions(ctx, versions, f.configured)
	}
	fn, err := f.configured(ctx, "")
	if err != nil {
		return err
	}
	_, err = f.targetOf(ctx, fn)
	return err
}

// findVersions finds where versions of a function log to, one target a group.
func (f *finder) findVersions(ctx context.Context, versions []WeightedVersion, configured func(context.Context, string) (*function, error)) error {
	for _, v := range versions {
		fn, err := configured(ctx, v.Version)
		if err != nil {
			return err
		}
		t, err := f.targetOf(ctx, fn)
		if err != nil {
			return err
		}
		if t != nil {
			t.Versions = append(t.Versions, v)
		}
	}
	if len(f.targets) > 0 && f.missing != nil {
		f.note("%v", f.missing) // of one version among several
		f.missing = nil
	}
	return nil
}

// targetOf returns the target of a function's group, the same for the same group.
// It is nil where there is none, as missing then says.
func (f *finder) targetOf(ctx context.Context, fn *function) (*Target, error) {
	group, err := f.functionGroup(ctx, fn)
	if group == nil {
		return nil, err
	}
	for _, t := range f.targets {
		if t.Group.Name == group.Name {
			return t, nil
		}
	}
	t := f.add(*group)
	t.Function, t.Shared, t.Config = fn.name, isShared(group.Name, fn.name), fn.config
	return t, nil
}

// versions returns what the qualifier stands for, nothing where there is none.
func (f *finder) versions(ctx context.Context) ([]WeightedVersion, error) {
	q := f.spec.Qualifier
	switch {
	case q == "":
		return nil, nil
	case q == latest, strings.Trim(q, "0123456789") == "": // no alias is a number
		return []WeightedVersion{{Version: q, Weight: 1}}, nil
	}
	versions, err := f.alias(ctx, f.spec)
	if errors.Is(err, errNoFunction) {
		f.lost(fmt.Sprintf("alias %s of function %s", q, f.spec.Function))
		f.missing.Err = err
		return nil, nil
	}
	return versions, err
}

// configured asks Lambda how a version is set up. Where Lambda does not know it
// or may not be asked, the group is taken to be the one that Lambda makes.
func (f *finder) configured(ctx context.Context, version string) (*function, error) {
	name := f.spec.Function
	fn, err := f.function(ctx, f.spec, version)
	if errors.Is(err, errNoFunction) && version != "" {
		// A deleted version leaves its events where the function logs to.
		if fn, err = f.function(ctx, f.spec, ""); err == nil {
			f.note("version %s of function %s is gone; its log group is taken to be that of %s, %s", version, name, latest, fn.group)
			fn.config = nil
		}
	}
	var denied *DeniedError
	switch {
	case errors.Is(err, errNoFunction):
		return &function{name: name, group: ownGroup(name), gone: true}, nil
	case errors.As(err, &denied):
		f.note("Lambda may not be asked about function %s (no %s); its log group is taken to be %s, its log level to be fit", name, denied.Action, ownGroup(name))
		return &function{name: name, group: ownGroup(name)}, nil
	}
	return fn, err
}

// functionGroup returns the log group of a function, be it that of Lambda@Edge,
// or nil and what is missing.
func (f *finder) functionGroup(ctx context.Context, fn *function) (*Group, error) {
	names := []string{fn.group}
	if fn.group == ownGroup(fn.name) {
		names = append(names, edgeGroup(fn.name))
	}
	for i, name := range names {
		group, ok, err := f.group(ctx, name, f.spec.Account)
		if err != nil {
			return nil, err
		}
		switch {
		case ok && i > 0 && len(f.targets) == 0:
			f.note("function %s has the log group of Lambda@Edge here, %s", fn.name, name)
		case ok && fn.gone && len(f.targets) == 0:
			f.note("function %s is gone, but its log group %s is there", fn.name, name)
		}
		if ok {
			return &group, nil
		}
	}
	f.lost("function "+fn.name, names...)
	f.missing.Exists = fn.config != nil
	if !f.missing.Exists {
		f.missing.Near = f.near(ctx, fn.name)
	}
	return nil, nil
}
