package awsapi

import (
	"slices"
	"strings"

	"github.com/coldstats/coldstats/pkg/logs"
)

// Target is one log group to read, and whose events to take from it.
type Target struct {
	Region string
	// Account owns the log group; empty where nothing tells.
	Account string
	// Function is the one whose events are wanted; empty where a log group was
	// asked for, whoever writes to it.
	Function string
	Group    Group
	// Versions are the versions wanted; empty for all.
	Versions []WeightedVersion
	// Shared says that the group is not the function's own: its streams carry the
	// name of the function that they belong to.
	Shared bool
	// Config is how the function is set up today, of the first of Versions or
	// of $LATEST; nil where Lambda may not be asked or no longer knows it.
	Config *Config
}

// WeightedVersion is a version of a function and the share of an alias' calls
// that go to it, from 0 to 1.
type WeightedVersion struct {
	Version string
	Weight  float64
}

// Config is what Lambda says of a function. It is today's, not that of the time
// when an event was written.
type Config struct {
	Runtime  string // such as nodejs22.x; empty for a container image
	Arch     string // x86_64 or arm64
	MemoryMB int
	// LogFormat is Text or JSON. With JSON, SystemLogLevel is DEBUG, INFO or
	// WARN, and WARN hides the report of every invocation that succeeded.
	LogFormat      string
	SystemLogLevel string
}

// Group is a log group as DescribeLogGroups gives it.
type Group struct {
	Name string
	// ARN has no ":*" at its end.
	ARN   string
	Class string // STANDARD, INFREQUENT_ACCESS, DELIVERY or ESSENTIALS
	// RetentionDays is how long events are kept, 0 for ever.
	RetentionDays int
	CreatedMillis int64 // since the Unix epoch
	// StoredBytes is the compressed size of all its events, some hours old.
	StoredBytes int64
	// Linked says that the group is in another account, which shares it with
	// this one for monitoring.
	Linked bool
}

// Identifier returns what a FilterRequest calls the group: its name or, in
// another account, its ARN.
func (g Group) Identifier() string {
	if g.Linked {
		return g.ARN
	}
	return g.Name
}

// OldestMillis returns the time before which the group has no events, seen from
// nowMillis: when it was made or as far back as events are kept.
func (g Group) OldestMillis(nowMillis int64) int64 {
	const day = 24 * 60 * 60 * 1000
	if g.RetentionDays == 0 {
		return g.CreatedMillis
	}
	return max(g.CreatedMillis, nowMillis-int64(g.RetentionDays)*day)
}

// Readable returns a *ClassError where the group's class does not allow its
// events to be read one by one. ESSENTIALS is taken as readable: AWS does not
// document otherwise, and says so where it is not.
func (g Group) Readable() error {
	if g.Class == "INFREQUENT_ACCESS" || g.Class == "DELIVERY" {
		return &ClassError{Group: g.Name, Class: g.Class}
	}
	return nil
}

// Includes reports whether events of a stream are wanted, by the function and
// the version in its name (logs.SplitStreamName), each empty where the name does
// not tell. A stream that does not tell its version is left out where versions
// were asked for.
func (t *Target) Includes(function, version string) bool {
	if t.Function != "" && function != t.Function && (function != "" || t.Shared) {
		return false
	}
	return len(t.Versions) == 0 || slices.ContainsFunc(t.Versions, func(v WeightedVersion) bool { return v.Version == version })
}

// ownGroup and edgeGroup are the log groups that Lambda makes for a function; the
// second is that of Lambda@Edge in whichever region a request was served.
func ownGroup(function string) string  { return ownPrefix + function }
func edgeGroup(function string) string { return edgePrefix + function }

const (
	ownPrefix  = "/aws/lambda/"
	edgePrefix = ownPrefix + "us-east-1."
)

// isShared reports whether several functions may write to a function's group.
func isShared(group, function string) bool { return logs.FunctionOfGroup(group) != function }

// accountOf returns the account in an ARN, or nothing.
func accountOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return parts[4]
}
