package awsapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// function is what Lambda says of one version of a function.
type function struct {
	name  string
	group string // where it logs to
	// config is nil where Lambda did not tell, and gone says that it knows no such
	// function.
	config *Config
	gone   bool
}

// functionOf takes over what matters of a function's configuration.
func functionOf(name string, runtime types.Runtime, arch []types.Architecture, memory *int32, logging *types.LoggingConfig) *function {
	f := &function{name: name, group: ownGroup(name)}
	f.config = &Config{Runtime: string(runtime), Arch: "x86_64", MemoryMB: int(aws.ToInt32(memory))}
	if len(arch) > 0 {
		f.config.Arch = string(arch[0])
	}
	if logging != nil {
		f.config.LogFormat, f.config.SystemLogLevel = string(logging.LogFormat), string(logging.SystemLogLevel)
		f.group = cmp.Or(aws.ToString(logging.LogGroup), f.group)
	}
	return f
}

// errNoFunction says that Lambda knows no such function, version or alias.
var errNoFunction = errors.New("lambda does not know it")

// function asks Lambda for one version of a function, or for $LATEST where the
// qualifier is empty. The function is called by name or ARN. The error is
// errNoFunction, a *DeniedError or another failure.
func (r *Region) function(ctx context.Context, spec Spec, qualifier string) (*function, error) {
	in := &lambda.GetFunctionConfigurationInput{FunctionName: aws.String(spec.lambdaName())}
	if qualifier != "" {
		in.Qualifier = aws.String(qualifier)
	}
	out, err := r.lambda.GetFunctionConfiguration(ctx, in)
	if err != nil {
		return nil, r.explainLambda(ctx, "reading the configuration of function "+spec.Function, err)
	}
	return functionOf(spec.Function, out.Runtime, out.Architectures, out.MemorySize, out.LoggingConfig), nil
}

// lambdaName is what Lambda is asked for: the whole ARN where it was given, since
// it may be of another account.
func (s Spec) lambdaName() string { return cmp.Or(s.functionARN, s.Function) }

func (r *Region) explainLambda(ctx context.Context, doing string, err error) error {
	if isCode(err, "ResourceNotFoundException") {
		return fmt.Errorf("%s in %s: %w: %w", doing, r.Name, errNoFunction, err)
	}
	return r.explain(ctx, doing, err)
}

// alias returns the versions that an alias stands for, the main one first, and
// the share of calls that goes to each.
func (r *Region) alias(ctx context.Context, spec Spec) ([]WeightedVersion, error) {
	out, err := r.lambda.GetAlias(ctx, &lambda.GetAliasInput{FunctionName: aws.String(spec.lambdaName()), Name: aws.String(spec.Qualifier)})
	if err != nil {
		return nil, r.explainLambda(ctx, fmt.Sprintf("resolving alias %s of function %s", spec.Qualifier, spec.Function), err)
	}
	main := WeightedVersion{Version: aws.ToString(out.FunctionVersion), Weight: 1}
	var others []WeightedVersion
	if out.RoutingConfig != nil {
		for version, weight := range out.RoutingConfig.AdditionalVersionWeights {
			others = append(others, WeightedVersion{version, weight})
			main.Weight -= weight
		}
	}
	slices.SortFunc(others, func(a, b WeightedVersion) int { return cmp.Compare(a.Version, b.Version) })
	return append([]WeightedVersion{main}, others...), nil
}

// functions returns all functions of the region whose name keep takes, in the
// order of their names.
func (r *Region) functions(ctx context.Context, keep func(name string) bool) ([]*function, error) {
	var found []*function
	pages := lambda.NewListFunctionsPaginator(r.lambda, &lambda.ListFunctionsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx, func(o *lambda.Options) { o.APIOptions = append(o.APIOptions, refuseEmpty) })
		if err != nil {
			return nil, r.explain(ctx, "listing functions", err)
		}
		for _, f := range page.Functions {
			if name := aws.ToString(f.FunctionName); keep(name) {
				found = append(found, functionOf(name, f.Runtime, f.Architectures, f.MemorySize, f.LoggingConfig))
			}
		}
	}
	slices.SortFunc(found, func(a, b *function) int { return cmp.Compare(a.name, b.name) })
	return found, nil
}
