package awstest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/coldstats/coldstats/pkg/awstest"
)

// withFunction returns a client of a region with one function of two versions.
func withFunction(t *testing.T) *lambda.Client {
	t.Helper()
	s := awstest.NewServer(t, awstest.Options{})
	s.Region("eu-west-1").Function(awstest.Function{
		Name: "checkout", Runtime: "provided.al2023", Architectures: []string{"arm64"}, MemoryMB: 512,
		LogGroup: "/shared", LogFormat: "JSON", SystemLogLevel: "WARN",
		Versions: []awstest.Version{{Number: "1", MemoryMB: 256, Runtime: "dotnet8", Architectures: []string{"x86_64"}}, {Number: "2"}},
		Aliases: []awstest.Alias{
			{Name: "live", Version: "1", Weights: map[string]float64{"2": 0.25}},
			{Name: "next", Version: "2"},
		},
	})
	return lambdaClient(s, "eu-west-1")
}

const checkoutARN = "arn:aws:lambda:eu-west-1:123456789012:function:checkout"

func TestGetFunctionConfiguration(t *testing.T) {
	client := withFunction(t)
	for _, tt := range []struct{ name, qualifier, arn, version string }{
		{"checkout", "", checkoutARN, "$LATEST"},
		{"checkout", "$LATEST", checkoutARN + ":$LATEST", "$LATEST"},
		{"checkout", "1", checkoutARN + ":1", "1"},
		{"checkout:2", "", checkoutARN + ":2", "2"},
		{"checkout", "live", checkoutARN + ":live", "1"},
		{checkoutARN, "", checkoutARN, "$LATEST"},
		{checkoutARN + ":next", "", checkoutARN + ":next", "2"},
		{"123456789012:function:checkout", "1", checkoutARN + ":1", "1"},
	} {
		in := &lambda.GetFunctionConfigurationInput{FunctionName: aws.String(tt.name)}
		if tt.qualifier != "" {
			in.Qualifier = aws.String(tt.qualifier)
		}
		out, err := client.GetFunctionConfiguration(context.Background(), in)
		if err != nil {
			t.Errorf("%s %s: %v", tt.name, tt.qualifier, err)
			continue
		}
		equal(t, "arn of "+tt.name, *out.FunctionArn, tt.arn)
		equal(t, "version of "+tt.name, *out.Version, tt.version)
		memory, runtime, arch := int32(512), types.RuntimeProvidedal2023, types.ArchitectureArm64
		if tt.version == "1" {
			memory, runtime, arch = 256, types.RuntimeDotnet8, types.ArchitectureX8664
		}
		equal(t, "memory", *out.MemorySize, memory)
		equal(t, "runtime", out.Runtime, runtime)
		equal(t, "architecture", out.Architectures[0], arch)
		equal(t, "log group", *out.LoggingConfig.LogGroup, "/shared")
		equal(t, "log format", out.LoggingConfig.LogFormat, types.LogFormatJson)
		equal(t, "system level", out.LoggingConfig.SystemLogLevel, types.SystemLogLevelWarn)
		equal(t, "application level", out.LoggingConfig.ApplicationLogLevel, types.ApplicationLogLevelInfo)
	}
}

func TestFunctionDefaults(t *testing.T) {
	s := awstest.NewServer(t, awstest.Options{})
	region := s.Region("cn-north-1")
	region.Function(awstest.Function{Name: "plain"})
	region.Function(awstest.Function{Name: "container", Runtime: "Image"})
	client := lambdaClient(s, "cn-north-1")
	f, err := client.GetFunctionConfiguration(context.Background(), &lambda.GetFunctionConfigurationInput{FunctionName: aws.String("plain")})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "arn", *f.FunctionArn, "arn:aws-cn:lambda:cn-north-1:123456789012:function:plain")
	equal(t, "log group", *f.LoggingConfig.LogGroup, "/aws/lambda/plain")
	equal(t, "log format", f.LoggingConfig.LogFormat, types.LogFormatText)
	equal(t, "system level", f.LoggingConfig.SystemLogLevel, "")
	equal(t, "memory", *f.MemorySize, 128)
	equal(t, "package", f.PackageType, types.PackageTypeZip)
	f, err = client.GetFunctionConfiguration(context.Background(), &lambda.GetFunctionConfigurationInput{FunctionName: aws.String("container")})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "runtime of an image", f.Runtime, "")
	equal(t, "package of an image", f.PackageType, types.PackageTypeImage)
}

func TestFunctionNotFound(t *testing.T) {
	client := withFunction(t)
	for _, tt := range []struct{ name, qualifier, want string }{
		{"basket", "", "Function not found: arn:aws:lambda:eu-west-1:123456789012:function:basket"},
		{"checkout", "3", "Function not found: " + checkoutARN + ":3"},
		{"checkout", "nobody", "Function not found: " + checkoutARN + ":nobody"},
		{"arn:aws:lambda:us-east-1:123456789012:function:checkout", "", "Functions from 'us-east-1' are not reachable in this region ('eu-west-1')"},
	} {
		in := &lambda.GetFunctionConfigurationInput{FunctionName: aws.String(tt.name)}
		if tt.qualifier != "" {
			in.Qualifier = aws.String(tt.qualifier)
		}
		_, err := client.GetFunctionConfiguration(context.Background(), in)
		var missing *types.ResourceNotFoundException
		if !errors.As(err, &missing) {
			t.Errorf("%s: want ResourceNotFoundException, got %v", tt.name, err)
			continue
		}
		equal(t, tt.name, missing.ErrorMessage(), tt.want)
	}
	_, err := client.GetAlias(context.Background(), &lambda.GetAliasInput{FunctionName: aws.String("checkout"), Name: aws.String("nobody")})
	var missing *types.ResourceNotFoundException
	if !errors.As(err, &missing) {
		t.Fatalf("want ResourceNotFoundException, got %v", err)
	}
	equal(t, "alias", missing.ErrorMessage(), "Alias not found: "+checkoutARN+":nobody")
	_, err = client.GetFunctionConfiguration(context.Background(), &lambda.GetFunctionConfigurationInput{
		FunctionName: aws.String("arn:aws:lambda:eu-west-1:222222222222:function:checkout")})
	equal(t, "another account's", code(t, err), "AccessDeniedException")
}

func TestAliases(t *testing.T) {
	client := withFunction(t)
	alias, err := client.GetAlias(context.Background(), &lambda.GetAliasInput{FunctionName: aws.String("checkout"), Name: aws.String("live")})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "arn", *alias.AliasArn, checkoutARN+":live")
	equal(t, "version", *alias.FunctionVersion, "1")
	equal(t, "weights", fmt.Sprint(alias.RoutingConfig.AdditionalVersionWeights), "map[2:0.25]")

	for version, want := range map[string]string{"": "live next", "1": "live", "2": "live next", "3": ""} {
		in := &lambda.ListAliasesInput{FunctionName: aws.String("checkout")}
		if version != "" {
			in.FunctionVersion = aws.String(version)
		}
		out, err := client.ListAliases(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, a := range out.Aliases {
			names = append(names, *a.Name)
		}
		equal(t, "aliases of version "+version, strings.Join(names, " "), want)
	}
}

func TestListVersions(t *testing.T) {
	out, err := withFunction(t).ListVersionsByFunction(context.Background(), &lambda.ListVersionsByFunctionInput{FunctionName: aws.String("checkout")})
	if err != nil {
		t.Fatal(err)
	}
	var versions []string
	for _, f := range out.Versions {
		versions = append(versions, fmt.Sprintf("%s %d", *f.Version, *f.MemorySize))
	}
	equal(t, "versions", strings.Join(versions, ", "), "$LATEST 512, 1 256, 2 512")
}

func TestListFunctions(t *testing.T) {
	s := awstest.NewServer(t, awstest.Options{})
	for i := range 120 {
		s.Region("eu-west-1").Function(awstest.Function{Name: fmt.Sprintf("api-%03d", i), Versions: []awstest.Version{{Number: "1"}}})
	}
	client := lambdaClient(s, "eu-west-1")
	for _, tt := range []struct {
		in               lambda.ListFunctionsInput
		functions, pages int
	}{
		{lambda.ListFunctionsInput{}, 120, 3},
		{lambda.ListFunctionsInput{MaxItems: aws.Int32(100)}, 120, 3},
		{lambda.ListFunctionsInput{MaxItems: aws.Int32(40)}, 120, 3},
		{lambda.ListFunctionsInput{FunctionVersion: types.FunctionVersionAll}, 240, 5},
	} {
		seen, pages := make(map[string]bool), 0
		for paginator := lambda.NewListFunctionsPaginator(client, &tt.in); paginator.HasMorePages(); pages++ {
			page, err := paginator.NextPage(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range page.Functions {
				seen[*f.FunctionArn] = true
			}
		}
		equal(t, "functions", len(seen), tt.functions)
		equal(t, "pages", pages, tt.pages)
	}
	_, err := client.ListFunctions(context.Background(), &lambda.ListFunctionsInput{Marker: aws.String("nonsense")})
	equal(t, "marker", code(t, err), "InvalidParameterValueException")
	out, err := lambdaClient(s, "us-east-1").ListFunctions(context.Background(), &lambda.ListFunctionsInput{})
	if err != nil || len(out.Functions) != 0 {
		t.Errorf("an empty region: %v, %v", out, err)
	}
}
