package awstest

import (
	"slices"
	"strings"
	"sync"
)

// Region is one region of the server's account.
type Region struct {
	server *Server
	name   string

	mu        sync.RWMutex
	groups    map[groupKey]*LogGroup
	functions map[string]Function
}

// groupKey names a log group: a linked account may have one of the same name.
type groupKey struct{ account, name string }

// Group creates a log group. One of the same name is deleted first, events and
// all, so that a changed creation time tells them apart.
func (r *Region) Group(g Group) *LogGroup {
	if g.Account == "" {
		g.Account = r.server.options.Account
	}
	if g.Class == "" {
		g.Class = "STANDARD"
	}
	group := &LogGroup{Group: g, region: r, streams: make(map[string]*stream), latest: &index{}}
	group.idSuffix = idSuffix(group.ARN())
	r.mu.Lock()
	defer r.mu.Unlock()
	r.groups[groupKey{g.Account, g.Name}] = group
	return group
}

// Function creates a function, or replaces the one of the same name. What it
// leaves empty is filled in as Lambda does.
func (r *Region) Function(f Function) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.functions[f.Name] = f.withDefaults()
}

// arn returns the ARN of a resource of a service in the region.
func (r *Region) arn(service, account, resource string) string {
	return "arn:" + partition(r.name) + ":" + service + ":" + r.name + ":" + account + ":" + resource
}

func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// group returns the log group that a request names: by its name in the
// caller's own account, or by name or ARN as an identifier.
func (r *Region) group(name, identifier string) (*LogGroup, error) {
	switch {
	case name == "" && identifier == "":
		return nil, invalid("Exactly one of logGroupName and logGroupIdentifier must be specified.")
	case name != "" && identifier != "":
		return nil, invalid("logGroupName and logGroupIdentifier are mutually exclusive.")
	}
	key := groupKey{r.server.options.Account, name}
	if identifier != "" {
		key.name = identifier
		if strings.HasPrefix(identifier, "arn:") {
			part := strings.SplitN(identifier, ":", 7)
			if len(part) < 7 || part[2] != "logs" || part[5] != "log-group" || strings.HasSuffix(identifier, ":*") {
				return nil, invalid("The specified logGroupIdentifier is invalid: " + identifier)
			}
			if part[3] != r.name {
				return nil, notFound("The specified log group does not exist.")
			}
			key = groupKey{part[4], part[6]}
		}
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	group, ok := r.groups[key]
	if !ok {
		return nil, notFound("The specified log group does not exist.")
	}
	return group, nil
}

// sortedGroups returns the region's log groups in ASCII order.
func (r *Region) sortedGroups() []*LogGroup {
	r.mu.RLock()
	defer r.mu.RUnlock()
	groups := make([]*LogGroup, 0, len(r.groups))
	for _, group := range r.groups {
		groups = append(groups, group)
	}
	slices.SortFunc(groups, func(a, b *LogGroup) int {
		if c := strings.Compare(a.Name, b.Name); c != 0 {
			return c
		}
		return strings.Compare(a.Account, b.Account)
	})
	return groups
}
