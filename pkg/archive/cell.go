package archive

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Group is a log group. One that was deleted and made anew under the same name
// is another.
type Group struct {
	// ARN is arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout,
	// without the :* that some operations put behind it; see GroupOf.
	ARN string
	// Created is the group's creation time in milliseconds since the Unix epoch.
	Created int64
}

// GroupOf returns the group with the given ARN, with or without :* behind it,
// and creation time in milliseconds since the Unix epoch.
func GroupOf(arn string, created int64) (Group, error) {
	g := Group{ARN: strings.TrimSuffix(arn, ":*"), Created: created}
	if _, err := g.split(); err != nil {
		return Group{}, err
	}
	return g, nil
}

// Region returns the region in the group's ARN, or nothing where the ARN is
// malformed.
func (g Group) Region() string { p, _ := g.split(); return p.region }

// Account returns the account in the group's ARN, or nothing where the ARN is
// malformed.
func (g Group) Account() string { p, _ := g.split(); return p.account }

// Name returns the log group's name in its ARN, or nothing where the ARN is
// malformed.
func (g Group) Name() string { p, _ := g.split(); return p.name }

// arnParts are the parts of a log group's ARN.
type arnParts struct{ partition, region, account, name string }

func (p arnParts) arn() string {
	return "arn:" + p.partition + ":logs:" + p.region + ":" + p.account + ":log-group:" + p.name
}

// split takes the group's ARN apart, and checks all that goes into a path.
func (g Group) split() (arnParts, error) {
	fields := strings.SplitN(g.ARN, ":", 7)
	if len(fields) < 7 || fields[0] != "arn" || fields[2] != "logs" || fields[5] != "log-group" {
		return arnParts{}, fmt.Errorf("%q is not the ARN of a log group", g.ARN)
	}
	p := arnParts{partition: fields[1], region: fields[3], account: fields[4], name: fields[6]}
	switch {
	case !isPartition(p.partition), !isRegion(p.region), !isAccount(p.account):
		return arnParts{}, fmt.Errorf("%q is not the ARN of a log group: its partition, region or account is none", g.ARN)
	case p.name == "" || !utf8.ValidString(p.name) || strings.Contains(p.name, ":"):
		return arnParts{}, fmt.Errorf("%q is not the ARN of a log group: its name is none", g.ARN)
	case g.Created < 0:
		return arnParts{}, fmt.Errorf("the creation time %d of %s is before 1970", g.Created, g.ARN)
	}
	return p, nil
}

func isPartition(s string) bool { return s == "aws" || strings.HasPrefix(s, "aws-") && isRegion(s) }

func isRegion(s string) bool {
	return s != "" && len(s) <= 64 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && s[0] != '-'
}

func isAccount(s string) bool { return len(s) == 12 && strings.Trim(s, "0123456789") == "" }

// Selection names what was selected of a log group's events, with the version of
// the filter pattern that selects it: events found by another pattern are
// another selection, and none stands in for another. A full one could stand in
// for a narrow one if the caller filtered again; that is not worth its code.
type Selection string

// The selections. Who changes what one of them finds raises its number.
const (
	// Platform is every platform line that a start is decided by.
	Platform Selection = "platform-1"
	// Cold is the reports of cold starts alone, a part of Platform.
	Cold Selection = "cold-1"
)

// valid reports whether s is a word and a number. Selections of other versions
// of coldstats are valid too, to be listed and dropped.
func (s Selection) valid() bool {
	word, number, ok := strings.Cut(string(s), "-")
	return ok && word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") == "" &&
		number != "" && len(number) < 10 && strings.Trim(number, "0123456789") == ""
}

// Cell is the unit that is kept: what a selection finds in a group in the whole
// UTC day or hour [Start, End), in milliseconds since the Unix epoch.
type Cell struct {
	Group      Group
	Selection  Selection
	Start, End int64
}

// path returns the cell's path in the archive, with slashes.
func (c Cell) path() (string, error) {
	folder, err := folderOf(c.Group, c.Selection)
	if err != nil {
		return "", err
	}
	span := Span{c.Start, c.End}
	if !span.whole() {
		return "", fmt.Errorf("%s is not a whole UTC day or hour", span)
	}
	return folder + "/" + nameOfSpan(span), nil
}

// compare orders cells by group, selection and time, a day before its hours.
func (c Cell) compare(d Cell) int {
	return cmp.Or(
		strings.Compare(c.Group.ARN, d.Group.ARN),
		cmp.Compare(c.Group.Created, d.Group.Created),
		strings.Compare(string(c.Selection), string(d.Selection)),
		cmp.Compare(c.Start, d.Start),
		cmp.Compare(d.End, c.End),
	)
}

// Span is the half-open time [Start, End), in milliseconds since the Unix epoch.
type Span struct{ Start, End int64 }

// Empty reports whether there is no time in the span.
func (s Span) Empty() bool { return s.End <= s.Start }

// String formats the span as two times in UTC.
func (s Span) String() string {
	const form = "2006-01-02T15:04:05.000Z"
	return time.UnixMilli(s.Start).UTC().Format(form) + " to " + time.UnixMilli(s.End).UTC().Format(form)
}

const (
	hour = int64(time.Hour / time.Millisecond)
	day  = 24 * hour
	// lastDay is the beginning of the last day that a name can say: 9999-12-31.
	lastDay = 253402214400000
)

func dayOf(t int64) Span { return Span{t - t%day, t - t%day + day} }

func hourOf(t int64) Span { return Span{t - t%hour, t - t%hour + hour} }

// whole reports whether s is a day or an hour that a cell can have.
func (s Span) whole() bool {
	return 0 <= s.Start && s.Start < lastDay+day && (s == dayOf(s.Start) || s == hourOf(s.Start))
}

// The names of cells of a day and of an hour, and what Quarantine puts behind.
const (
	dayForm     = "2006-01-02"
	hourForm    = "2006-01-02T15"
	cellTail    = ".jsonl.zst"
	damagedTail = ".damaged"
)

// nameOfSpan returns the file name of a cell.
func nameOfSpan(s Span) string {
	form := hourForm
	if s == dayOf(s.Start) {
		form = dayForm
	}
	return time.UnixMilli(s.Start).UTC().Format(form) + cellTail
}

// spanOfName reads what nameOfSpan wrote; ok is false for any other name.
func spanOfName(name string) (s Span, ok bool) {
	stem, ok := strings.CutSuffix(name, cellTail)
	if !ok {
		return Span{}, false
	}
	of, form := dayOf, dayForm
	if len(stem) > len(dayForm) {
		of, form = hourOf, hourForm
	}
	t, err := time.Parse(form, stem)
	if err != nil {
		return Span{}, false
	}
	s = of(t.UnixMilli())
	return s, s.whole() && nameOfSpan(s) == name
}

// folderOf returns the folder of the cells of a group and selection.
func folderOf(g Group, s Selection) (string, error) {
	p, err := g.split()
	if err != nil {
		return "", err
	}
	if !s.valid() {
		return "", fmt.Errorf("%q is not a selection, a word and a version such as %s", s, Platform)
	}
	name := escape(p.name) + "-" + strconv.FormatInt(g.Created, 10)
	return strings.Join([]string{p.partition, p.region, p.account, name, string(s)}, "/"), nil
}
