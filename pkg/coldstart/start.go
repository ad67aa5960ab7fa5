package coldstart

// StartKind says how the sandbox that served an invocation came to be ready.
type StartKind uint8

// The kinds of start.
const (
	// Cold: an init ran while the request waited.
	Cold StartKind = iota
	// Restored: a SnapStart snapshot was restored while the request waited.
	Restored
	// Prewarmed: the init had ended before the request came.
	Prewarmed
	// FailedInit: the init failed or timed out and was repeated inside
	// Duration; Lambda prints no Init Duration then.
	FailedInit
	// Reinit: the sandbox crashed or timed out in the invocation before, and
	// Lambda restarted the runtime inside Duration.
	Reinit
	// Warm: the sandbox was ready.
	Warm
	// Unknown: the report does not tell, as with sandboxes that serve several
	// requests at once.
	Unknown

	numStarts = int(Unknown) + 1
)

// StartKinds are all kinds of start, in the order in which they are printed.
var StartKinds = [numStarts]StartKind{Cold, Restored, Prewarmed, FailedInit, Reinit, Warm, Unknown}

// String returns the kind's name, as users write it.
func (k StartKind) String() string {
	return [numStarts]string{"cold", "restored", "prewarmed", "failed-init", "reinit", "warm", "unknown"}[k]
}

// ParseStartKind returns the start kind called name.
func ParseStartKind(name string) (StartKind, bool) {
	for _, k := range StartKinds {
		if k.String() == name {
			return k, true
		}
	}
	return 0, false
}
