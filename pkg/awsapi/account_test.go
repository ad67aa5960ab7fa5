package awsapi

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/coldstats/coldstats/pkg/awstest"
)

func TestRegions(t *testing.T) {
	const profiles = "[default]\nregion = eu-south-1\n[profile dev]\nregion = eu-north-1\n"
	for name, c := range map[string]struct {
		options Options
		env     map[string]string
		want    []string
	}{
		"options":            {options: Options{Regions: []string{"us-east-1", "eu-west-1", "us-east-1"}}, env: map[string]string{"AWS_REGION": "ap-south-1"}, want: []string{"us-east-1", "eu-west-1"}},
		"AWS_REGION":         {env: map[string]string{"AWS_REGION": "ap-south-1", "AWS_DEFAULT_REGION": "sa-east-1"}, want: []string{"ap-south-1"}},
		"AWS_DEFAULT_REGION": {env: map[string]string{"AWS_DEFAULT_REGION": "sa-east-1"}, want: []string{"sa-east-1"}},
		"default profile":    {want: []string{"eu-south-1"}},
		"--profile":          {options: Options{Profile: "dev"}, want: []string{"eu-north-1"}},
		"AWS_PROFILE":        {env: map[string]string{"AWS_PROFILE": "dev"}, want: []string{"eu-north-1"}},
	} {
		t.Run(name, func(t *testing.T) {
			isolate(t)
			write(t, "AWS_CONFIG_FILE", profiles)
			write(t, "AWS_SHARED_CREDENTIALS_FILE", "[dev]\naws_access_key_id = A\naws_secret_access_key = S\n")
			for name, value := range c.env {
				t.Setenv(name, value)
			}
			a, err := Load(t.Context(), c.options)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(a.Regions, c.want) {
				t.Errorf("got %v, want %v", a.Regions, c.want)
			}
		})
	}
}

// write writes the file that a variable names.
func write(t *testing.T, variable, text string) {
	t.Helper()
	if err := os.WriteFile(os.Getenv(variable), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestNoRegion needs one only where the spec does not name its own.
func TestNoRegion(t *testing.T) {
	server, region := cloud(t)
	region.Group(awstest.Group{Name: "/aws/lambda/checkout"})
	a := account(t, server.URL())
	_, err := a.Find(t.Context(), spec(t, "checkout"))
	if !errors.Is(err, ErrNoRegion) || err.Error() != "no region: --region or AWS_REGION" {
		t.Errorf("got %v", err)
	}
	found, err := a.Find(t.Context(), spec(t, "arn:aws:lambda:eu-west-1:123456789012:function:checkout"))
	if err != nil || len(found.Targets) != 1 {
		t.Errorf("by ARN: %d targets, %v", len(found.Targets), err)
	}
}

func TestAccountOfProfile(t *testing.T) {
	isolate(t)
	write(t, "AWS_CONFIG_FILE", "[profile dev]\naws_account_id = 210987654321\naws_access_key_id = A\naws_secret_access_key = S\n")
	a, err := Load(t.Context(), Options{Profile: "dev"})
	if err != nil || a.ID != "210987654321" {
		t.Errorf("account %q, %v", a.ID, err)
	}
}

// TestNoCredentials checks the next step that each kind of profile is told.
func TestNoCredentials(t *testing.T) {
	const session = "[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://example.com/start\n"
	for name, c := range map[string]struct {
		config, profile, want string
	}{
		"none":           {"", "", "aws configure"},
		"sso session":    {session + "[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = r\n", "dev", "(next: aws sso login --profile dev)"},
		"default":        {session + "[default]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = r\n", "", "(next: aws sso login)"},
		"older sso":      {"[profile dev]\nsso_region = us-east-1\nsso_start_url = https://example.com/start\nsso_account_id = 123456789012\nsso_role_name = r\n", "dev", "(next: aws sso login --profile dev)"},
		"role over sso":  {session + "[profile base]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = r\n[profile dev]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\nregion = eu-west-1\n", "dev", "(next: aws sso login --profile base)"},
		"console log-in": {"[profile dev]\nlogin_session = arn:aws:iam::123456789012:user/dev\nregion = eu-west-1\n", "dev", "(next: aws login --profile dev)"},
	} {
		t.Run(name, func(t *testing.T) {
			isolate(t)
			t.Setenv("AWS_ACCESS_KEY_ID", "")
			t.Setenv("AWS_SECRET_ACCESS_KEY", "")
			write(t, "AWS_CONFIG_FILE", c.config)
			_, err := Load(t.Context(), Options{Profile: c.profile})
			var none *CredentialsError
			if !errors.As(err, &none) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
}

func TestNoProfile(t *testing.T) {
	isolate(t)
	_, err := Load(t.Context(), Options{Profile: "absent"})
	if !errors.As(err, new(config.SharedConfigProfileNotExistError)) || !strings.Contains(err.Error(), `no profile "absent" (aws configure list-profiles`) {
		t.Errorf("got %v", err)
	}
	write(t, "AWS_CONFIG_FILE", "[profile dev]\nsso_session = absent\nsso_account_id = 123456789012\nsso_role_name = r\n")
	if _, err = Load(t.Context(), Options{Profile: "dev"}); err == nil || !strings.Contains(err.Error(), "reading the AWS configuration") {
		t.Errorf("got %v", err)
	}
}

// TestEndpoints calls Logs and Lambda and sees who is called.
func TestEndpoints(t *testing.T) {
	all, logs, functions, flag := awstest.NewServer(t, awstest.Options{}), awstest.NewServer(t, awstest.Options{}), awstest.NewServer(t, awstest.Options{}), awstest.NewServer(t, awstest.Options{})
	servers := map[string]*awstest.Server{"all": all, "logs": logs, "lambda": functions, "flag": flag}
	for _, s := range servers {
		s.Region("eu-west-1").Function(awstest.Function{Name: "checkout"})
		s.Region("eu-west-1").Group(awstest.Group{Name: "/aws/lambda/checkout"})
	}
	profile := "[default]\nservices = local\n[services local]\ncloudwatch_logs =\n  endpoint_url = " + logs.URL() + "\nlambda =\n  endpoint_url = " + functions.URL() + "\n"
	for name, c := range map[string]struct {
		env        map[string]string
		config     string
		flag       string
		logs, call string // who is called for log groups and for functions
	}{
		"AWS_ENDPOINT_URL": {env: map[string]string{"AWS_ENDPOINT_URL": all.URL()}, logs: "all", call: "all"},
		"one a service":    {env: map[string]string{"AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": logs.URL(), "AWS_ENDPOINT_URL_LAMBDA": functions.URL()}, logs: "logs", call: "lambda"},
		"one and the rest": {env: map[string]string{"AWS_ENDPOINT_URL": all.URL(), "AWS_ENDPOINT_URL_LAMBDA": functions.URL()}, logs: "all", call: "lambda"},
		"the profile":      {config: profile, logs: "logs", call: "lambda"},
		"the flag":         {flag: flag.URL(), logs: "flag", call: "flag"},
		"the flag first": {
			env:    map[string]string{"AWS_ENDPOINT_URL": all.URL(), "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": logs.URL(), "AWS_ENDPOINT_URL_LAMBDA": functions.URL()},
			config: profile, flag: flag.URL(), logs: "flag", call: "flag",
		},
	} {
		t.Run(name, func(t *testing.T) {
			isolate(t)
			write(t, "AWS_CONFIG_FILE", c.config)
			for name, value := range c.env {
				t.Setenv(name, value)
			}
			for _, s := range servers {
				s.Reset()
			}
			a, err := Load(t.Context(), Options{Regions: []string{"eu-west-1"}, EndpointURL: c.flag})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := a.Find(t.Context(), spec(t, "checkout")); err != nil {
				t.Fatal(err)
			}
			for name, s := range servers {
				if got, want := s.Counts("DescribeLogGroups").Calls > 0, name == c.logs; got != want {
					t.Errorf("%s is asked for log groups: %v, want %v", name, got, want)
				}
				if got, want := s.Counts("GetFunctionConfiguration").Calls > 0, name == c.call; got != want {
					t.Errorf("%s is asked for functions: %v, want %v", name, got, want)
				}
			}
		})
	}
}

func TestBadEndpoint(t *testing.T) {
	isolate(t)
	for _, text := range []string{"localhost:4566", "http://", "ftp://localhost", "://", "logs"} {
		if _, err := Load(t.Context(), Options{EndpointURL: text}); err == nil || !strings.Contains(err.Error(), "endpoint URL") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestClientsAreKept asks for a region twice: connections are shared.
func TestClientsAreKept(t *testing.T) {
	isolate(t)
	a, err := Load(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r := a.Region("eu-west-1"); r != a.Region("eu-west-1") || r == a.Region("eu-west-2") || r.Name != "eu-west-1" {
		t.Error("a region has not one client of its own")
	}
}

// TestCertificates trusts the authority of AWS_CA_BUNDLE, as behind a company's
// proxy: a broken file is told.
func TestCertificates(t *testing.T) {
	isolate(t)
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(bundle, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CA_BUNDLE", bundle)
	if _, err := Load(t.Context(), Options{}); err == nil {
		t.Error("a bundle without a certificate is taken")
	}
}
