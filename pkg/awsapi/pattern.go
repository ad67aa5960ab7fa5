package awsapi

import (
	"cmp"
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/coldstats/coldstats/pkg/logs"
)

// findPattern finds the groups of all functions whose names match. The groups
// are listed rather than asked for one by one: DescribeLogGroups may be called
// ten times a second, and an account can have thousands of functions.
func (f *finder) findPattern(ctx context.Context) error {
	matches := func(name string) bool {
		ok, _ := path.Match(f.spec.Function, name) // ParseSpec tried the pattern
		return ok
	}
	listed, err := f.listGroups(ctx)
	if err != nil {
		return err
	}
	functions, err := f.functions(ctx, matches)
	var denied *DeniedError
	if errors.As(err, &denied) {
		f.note("functions may not be listed (no %s); those that %s/… groups are named after are taken, their log levels to be fit", denied.Action, strings.TrimSuffix(ownPrefix, "/"))
		functions = namedAfter(listed, matches)
	} else if err != nil {
		return err
	}
	var silent []string
	for _, fn := range functions {
		group, ok, err := f.listedGroup(ctx, listed, fn)
		if err != nil {
			return err
		}
		if !ok {
			silent = append(silent, fn.name)
			continue
		}
		t := f.add(group)
		t.Function, t.Shared, t.Config = fn.name, isShared(group.Name, fn.name), fn.config
	}
	switch {
	case len(f.targets) == 0:
		f.lost("function named " + f.spec.Function)
		f.missing.Exists = len(silent) > 0
	case len(silent) > 0:
		f.note("left out without a log group, since they never ran: %s", strings.Join(silent, ", "))
	}
	return nil
}

// listGroups returns, by name, the groups that Lambda makes for functions whose
// names begin as the pattern does, those of Lambda@Edge too.
func (f *finder) listGroups(ctx context.Context) (map[string]Group, error) {
	begin := f.spec.Function[:strings.IndexAny(f.spec.Function, meta)]
	listed := make(map[string]Group)
	prefixes := []string{ownGroup(begin)}
	if !strings.HasPrefix(edgePrefix, ownGroup(begin)) {
		prefixes = append(prefixes, edgeGroup(begin))
	}
	for _, prefix := range prefixes {
		for group, err := range f.groups(ctx, prefix, "") {
			if err != nil {
				return nil, err
			}
			listed[group.Name] = group
		}
	}
	return listed, nil
}

// listedGroup returns the group of a function: a listed one, or one with a name
// of its own that is asked for now and remembered.
func (f *finder) listedGroup(ctx context.Context, listed map[string]Group, fn *function) (Group, bool, error) {
	if group, ok := listed[fn.group]; ok {
		return group, group.Name != "", nil
	}
	if fn.group == ownGroup(fn.name) {
		group, ok := listed[edgeGroup(fn.name)]
		return group, ok, nil
	}
	group, ok, err := f.group(ctx, fn.group, "")
	listed[fn.group] = group // an empty one is remembered too
	return group, ok, err
}

// namedAfter returns the functions that log groups are named after.
func namedAfter(listed map[string]Group, matches func(string) bool) []*function {
	var found []*function
	for name := range listed {
		if owner := logs.FunctionOfGroup(name); owner != "" && matches(owner) {
			found = append(found, &function{name: owner, group: name})
		}
	}
	slices.SortFunc(found, func(a, b *function) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.group, b.group)) })
	return found
}
