package logfile

import "github.com/coldstats/coldstats/pkg/logs"

// lambdaGroup is what the names of the groups that Lambda makes begin with.
const lambdaGroup = "/aws/lambda/"

// streamOf returns the stream that a prefix names. A group or function alone
// does not make one of what is not the platform's own line: there it may be
// what the text speaks of.
func (r *lineReader) streamOf(line []byte, p *prefix, begins bool) *logs.Stream {
	switch {
	case !p.stream.empty():
		return r.recent.of(r.streams, p.group.of(line), p.stream.of(line))
	case !begins:
	case !p.group.empty():
		return r.streams.Of(nil, p.group.of(line), nil)
	case !p.function.empty():
		r.group = append(append(r.group[:0], lambdaGroup...), p.function.of(line)...)
		return r.streams.Of(nil, r.group, nil)
	}
	return r.own
}

// recentStreams are streams that were named lately, each in the place that the
// end of its name, which is random, leads to.
type recentStreams [64]*logs.Stream

// of is streams.Of for a group and a stream, without a look into its map for
// most lines: the lines of many streams are mixed in a log.
func (recent *recentStreams) of(streams *logs.Streams, group, name []byte) *logs.Stream {
	last := len(name) - 1
	place := &recent[(int(name[last])+int(name[last-1])<<2)%len(recent)]
	if s := *place; s == nil || s.Name != string(name) || s.Group != string(group) {
		*place = streams.Of(nil, group, name)
	}
	return *place
}
