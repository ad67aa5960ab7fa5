package awsapi

import (
	"errors"
	"testing"
)

func TestIncludes(t *testing.T) {
	versions := []WeightedVersion{{"42", 0.9}, {"41", 0.1}}
	for name, c := range map[string]struct {
		target            Target
		function, version string
		want              bool
	}{
		"own group":                  {Target{Function: "f"}, "", "1", true},
		"own group, another's":       {Target{Function: "f"}, "g", "1", false},
		"own group, a plain stream":  {Target{Function: "f"}, "", "", true},
		"shared":                     {Target{Function: "f", Shared: true}, "f", "1", true},
		"shared, another's":          {Target{Function: "f", Shared: true}, "g", "1", false},
		"shared, nobody's":           {Target{Function: "f", Shared: true}, "", "", false},
		"a whole group":              {Target{Shared: true}, "g", "1", true},
		"a whole group, nobody's":    {Target{Shared: true}, "", "", true},
		"a version":                  {Target{Function: "f", Versions: versions}, "", "41", true},
		"another version":            {Target{Function: "f", Versions: versions}, "", "40", false},
		"no version where one is":    {Target{Function: "f", Versions: versions}, "", "", false},
		"shared, a version":          {Target{Function: "f", Shared: true, Versions: versions}, "f", "42", true},
		"shared, another's version":  {Target{Function: "f", Shared: true, Versions: versions}, "g", "42", false},
		"the same name in small":     {Target{Function: "F"}, "f", "1", false},
		"shared, no name, a version": {Target{Function: "f", Shared: true, Versions: versions}, "", "42", false},
	} {
		if got := c.target.Includes(c.function, c.version); got != c.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestOldestMillis(t *testing.T) {
	const day, now = 86_400_000, 100 * 86_400_000
	for _, c := range []struct {
		group Group
		want  int64
	}{
		{Group{CreatedMillis: 5 * day}, 5 * day},
		{Group{CreatedMillis: 5 * day, RetentionDays: 30}, 70 * day},
		{Group{CreatedMillis: 80 * day, RetentionDays: 30}, 80 * day},
		{Group{CreatedMillis: 5 * day, RetentionDays: 3653}, 5 * day},
	} {
		if got := c.group.OldestMillis(now); got != c.want {
			t.Errorf("%+v: got %d, want %d", c.group, got, c.want)
		}
	}
}

func TestReadable(t *testing.T) {
	for class, want := range map[string]string{
		"STANDARD":          "",
		"ESSENTIALS":        "",
		"INFREQUENT_ACCESS": "log group /g is of class INFREQUENT_ACCESS, for which FilterLogEvents is not supported: query it with aws logs start-query --log-group-name /g, or let the function log to a new group of class STANDARD from now on",
		"DELIVERY":          "log group /g is of class DELIVERY, for which FilterLogEvents is not supported: read the files that it delivers to S3 or Firehose, or let the function log to a new group of class STANDARD from now on",
	} {
		err := Group{Name: "/g", Class: class}.Readable()
		if want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%s: %v", class, err)
		}
		var typed *ClassError
		if want != "" && (!errors.As(err, &typed) || typed.Class != class) {
			t.Errorf("%s: %#v", class, err)
		}
	}
}
