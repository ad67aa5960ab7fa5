package awstest

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// functionName is what a call may name a function with.
type functionName struct{ region, account, name, qualifier string }

// splitFunctionName splits NAME, ACCOUNT:function:NAME or an ARN, each with or
// without a qualifier.
func splitFunctionName(s string) functionName {
	var f functionName
	if rest, ok := strings.CutPrefix(s, "arn:"); ok {
		if part := strings.SplitN(rest, ":", 4); len(part) == 4 { // partition, service, region, the partial ARN
			f.region, s = part[2], part[3]
		}
	}
	if account, rest, ok := strings.Cut(s, ":function:"); ok {
		f.account, s = account, rest
	}
	f.name, f.qualifier, _ = strings.Cut(s, ":")
	return f
}

// lambdaOperation names the operation of a method and a path.
func lambdaOperation(method string, path []string) string {
	if method != http.MethodGet {
		return ""
	}
	switch {
	case path[0] == "":
		return "ListFunctions"
	case len(path) == 2 && path[1] == "configuration":
		return "GetFunctionConfiguration"
	case len(path) == 2 && path[1] == "aliases":
		return "ListAliases"
	case len(path) == 3 && path[1] == "aliases":
		return "GetAlias"
	case len(path) == 2 && path[1] == "versions":
		return "ListVersionsByFunction"
	}
	return ""
}

func functionNotFound(what, arn string) error {
	return &apiError{http.StatusNotFound, "ResourceNotFoundException", what + " not found: " + arn}
}

// function returns the function that the call names, and the qualifier.
func (r *request) function() (Function, string, error) {
	name := splitFunctionName(r.path[0])
	r.call.Function = r.path[0]
	if name.region != "" && name.region != r.region.name {
		return Function{}, "", &apiError{http.StatusNotFound, "ResourceNotFoundException",
			"Functions from '" + name.region + "' are not reachable in this region ('" + r.region.name + "')"}
	}
	if name.account != "" && name.account != r.server.options.Account {
		return Function{}, "", r.service.denied(r.server.options.Account, r.operation, r.path[0])
	}
	if q := r.query.Get("Qualifier"); q != "" {
		name.qualifier = q
	}
	r.region.mu.RLock()
	defer r.region.mu.RUnlock()
	f, ok := r.region.functions[name.name]
	if !ok {
		return f, "", functionNotFound("Function", r.region.functionARN(name.name, name.qualifier))
	}
	return f, name.qualifier, nil
}

func getFunctionConfiguration(r *request, dst []byte) ([]byte, error) {
	f, qualifier, err := r.function()
	if err != nil {
		return dst, err
	}
	version := qualifier
	if version == "" {
		version = latest
	}
	if alias, ok := f.alias(version); ok {
		version = alias.Version
	}
	f, ok := f.version(version)
	if !ok {
		return dst, functionNotFound("Function", r.region.functionARN(f.Name, qualifier))
	}
	return appendJSON(dst, f.shape(r.region, version, qualifier))
}

// aliasShape is an alias as Lambda prints it.
type aliasShape struct {
	AliasArn        string
	Name            string
	FunctionVersion string
	RoutingConfig   *routingShape `json:",omitempty"`
}

type routingShape struct{ AdditionalVersionWeights map[string]float64 }

func (a Alias) shape(r *Region, function string) aliasShape {
	shape := aliasShape{AliasArn: r.functionARN(function, a.Name), Name: a.Name, FunctionVersion: a.Version}
	if len(a.Weights) > 0 {
		shape.RoutingConfig = &routingShape{a.Weights}
	}
	return shape
}

func getAlias(r *request, dst []byte) ([]byte, error) {
	f, _, err := r.function()
	if err != nil {
		return dst, err
	}
	alias, ok := f.alias(r.path[2])
	if !ok {
		return dst, functionNotFound("Alias", r.region.functionARN(f.Name, r.path[2]))
	}
	return appendJSON(dst, alias.shape(r.region, f.Name))
}

// lambdaPage returns the items on the page that Marker and MaxItems ask for.
func lambdaPage[T any](r *request, items []T, key func(T) string) ([]T, string, error) {
	var limit *int
	if text := r.query.Get("MaxItems"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, "", &apiError{http.StatusBadRequest, "InvalidParameterValueException", "MaxItems must be a positive number"}
		}
		n = min(n, maxItems) // more is taken for 50
		limit = &n
	}
	marker := r.query.Get("Marker")
	r.call.Token = marker != ""
	request := fingerprint(r.operation, r.region.name, r.path, r.query.Get("FunctionVersion"))
	items, next, err := page(r, items, key, limit, marker, request)
	if err != nil {
		return nil, "", &apiError{http.StatusBadRequest, "InvalidParameterValueException", "Invalid Marker"}
	}
	return items, next, nil
}

// shapes returns the function as $LATEST, and as every version if all is set.
func (f Function) shapes(r *Region, all bool) []functionShape {
	if !all {
		return []functionShape{f.shape(r, latest, "")}
	}
	shapes := []functionShape{f.shape(r, latest, latest)}
	for _, v := range f.Versions {
		in, _ := f.version(v.Number)
		shapes = append(shapes, in.shape(r, v.Number, v.Number))
	}
	return shapes
}

func shapeARN(f functionShape) string { return f.FunctionArn }

func listFunctions(r *request, dst []byte) ([]byte, error) {
	all := r.query.Get("FunctionVersion") == "ALL"
	shapes := []functionShape{}
	r.region.mu.RLock()
	for _, name := range slices.Sorted(maps.Keys(r.region.functions)) {
		shapes = append(shapes, r.region.functions[name].shapes(r.region, all)...)
	}
	r.region.mu.RUnlock()
	shapes, next, err := lambdaPage(r, shapes, shapeARN)
	if err != nil {
		return dst, err
	}
	return appendJSON(dst, struct {
		Functions  []functionShape
		NextMarker string `json:",omitempty"`
	}{shapes, next})
}

func listVersionsByFunction(r *request, dst []byte) ([]byte, error) {
	f, _, err := r.function()
	if err != nil {
		return dst, err
	}
	shapes, next, err := lambdaPage(r, f.shapes(r.region, true), shapeARN)
	if err != nil {
		return dst, err
	}
	return appendJSON(dst, struct {
		Versions   []functionShape
		NextMarker string `json:",omitempty"`
	}{shapes, next})
}

func listAliases(r *request, dst []byte) ([]byte, error) {
	f, _, err := r.function()
	if err != nil {
		return dst, err
	}
	version := r.query.Get("FunctionVersion")
	aliases := slices.DeleteFunc(slices.Clone(f.Aliases), func(a Alias) bool {
		_, also := a.Weights[version]
		return version != "" && a.Version != version && !also
	})
	aliases, next, err := lambdaPage(r, aliases, func(a Alias) string { return a.Name })
	if err != nil {
		return dst, err
	}
	shapes := make([]aliasShape, len(aliases))
	for i, a := range aliases {
		shapes[i] = a.shape(r.region, f.Name)
	}
	return appendJSON(dst, struct {
		Aliases    []aliasShape
		NextMarker string `json:",omitempty"`
	}{shapes, next})
}
