package awstest

import "slices"

// Function is a Lambda function. What is left empty is filled in with Lambda's
// defaults: nodejs22.x, x86_64, 128 MB, 3 s, the text format and the group
// /aws/lambda/NAME.
type Function struct {
	Name string
	// Runtime is an identifier such as provided.al2023; "Image" makes a
	// container image, which has none.
	Runtime        string
	Architectures  []string
	MemoryMB       int
	TimeoutSeconds int
	LogGroup       string
	// LogFormat is Text or JSON; the log levels are JSON's alone, by default INFO.
	LogFormat           string
	SystemLogLevel      string
	ApplicationLogLevel string
	// Versions are the published versions, oldest first. $LATEST needs no entry.
	Versions []Version
	Aliases  []Alias
}

// Version is a published version. What is left empty is as in $LATEST.
type Version struct {
	Number        string
	Runtime       string
	Architectures []string
	MemoryMB      int
}

// Alias is a name for a version, or for two with a share of the calls each.
type Alias struct {
	Name    string
	Version string
	// Weights is the share, from 0 to 1, of the other version; Version has the rest.
	Weights map[string]float64
}

const (
	latest = "$LATEST"
	image  = "Image"
)

func (f Function) withDefaults() Function {
	fill := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	fill(&f.Runtime, "nodejs22.x")
	fill(&f.LogGroup, "/aws/lambda/"+f.Name)
	fill(&f.LogFormat, "Text")
	if f.LogFormat == "JSON" {
		fill(&f.SystemLogLevel, "INFO")
		fill(&f.ApplicationLogLevel, "INFO")
	}
	if len(f.Architectures) == 0 {
		f.Architectures = []string{"x86_64"}
	}
	if f.MemoryMB == 0 {
		f.MemoryMB = 128
	}
	if f.TimeoutSeconds == 0 {
		f.TimeoutSeconds = 3
	}
	return f
}

// version returns the function as it is in a version.
func (f Function) version(number string) (Function, bool) {
	if number == latest {
		return f, true
	}
	i := slices.IndexFunc(f.Versions, func(v Version) bool { return v.Number == number })
	if i < 0 {
		return f, false
	}
	v := f.Versions[i]
	if v.Runtime != "" {
		f.Runtime = v.Runtime
	}
	if len(v.Architectures) > 0 {
		f.Architectures = v.Architectures
	}
	if v.MemoryMB != 0 {
		f.MemoryMB = v.MemoryMB
	}
	return f, true
}

// alias returns the alias called name.
func (f Function) alias(name string) (Alias, bool) {
	i := slices.IndexFunc(f.Aliases, func(a Alias) bool { return a.Name == name })
	if i < 0 {
		return Alias{}, false
	}
	return f.Aliases[i], true
}

// loggingShape and functionShape are a function as Lambda prints it.
type loggingShape struct {
	LogFormat           string
	LogGroup            string
	SystemLogLevel      string `json:",omitempty"`
	ApplicationLogLevel string `json:",omitempty"`
}

type functionShape struct {
	FunctionName  string
	FunctionArn   string
	Version       string
	Runtime       string `json:",omitempty"`
	PackageType   string
	Architectures []string
	MemorySize    int
	Timeout       int
	LastModified  string
	State         string
	LoggingConfig loggingShape
}

// shape returns the function in a version, with the qualifier, if any, that it
// was asked for with.
func (f Function) shape(r *Region, version, qualifier string) functionShape {
	shape := functionShape{
		FunctionName: f.Name, FunctionArn: r.functionARN(f.Name, qualifier), Version: version, Runtime: f.Runtime,
		PackageType: "Zip", Architectures: f.Architectures, MemorySize: f.MemoryMB, Timeout: f.TimeoutSeconds,
		LastModified: "2026-01-01T00:00:00.000+0000", State: "Active",
		LoggingConfig: loggingShape{f.LogFormat, f.LogGroup, f.SystemLogLevel, f.ApplicationLogLevel},
	}
	if f.Runtime == image {
		shape.Runtime, shape.PackageType = "", image
	}
	return shape
}

func (r *Region) functionARN(name, qualifier string) string {
	if qualifier != "" {
		name += ":" + qualifier
	}
	return r.arn("lambda", r.server.options.Account, "function:"+name)
}
