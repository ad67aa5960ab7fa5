package awsapi

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"
)

// Options says which account to read, and where.
type Options struct {
	// Profile is a profile of the shared configuration files; empty for
	// AWS_PROFILE or the default one.
	Profile string
	// Regions are read instead of the region of environment and profile.
	Regions []string
	// EndpointURL is called instead of AWS. It goes before AWS_ENDPOINT_URL and
	// the variables of that kind for one service.
	EndpointURL string
	// Backoff returns how long to wait after the failed attempt of this number,
	// counted from 1; nil for a growing random wait of up to 5 s.
	Backoff func(attempt int) time.Duration

	readTimeout time.Duration // 0 for defaultReadTimeout
}

// Account is what one set of credentials may read.
type Account struct {
	// ID is the account's number, or empty where the credentials do not tell it.
	ID string
	// Regions are those asked for, each once; empty where neither options,
	// environment nor profile name one. A spec that is an ARN needs none.
	Regions []string

	options Options
	config  aws.Config
	hint    string // how to log in again

	mu      sync.Mutex
	clients map[string]*Region
}

// Load finds credentials and regions by the SDK's default chain: environment,
// shared configuration files (SSO and assumed roles too), container, instance.
// Credentials that are absent or expired are a *CredentialsError.
func Load(ctx context.Context, options Options) (*Account, error) {
	if err := checkEndpoint(options.EndpointURL); err != nil {
		return nil, err
	}
	load := []func(*config.LoadOptions) error{
		config.WithHTTPClient(httpClient(options.readTimeout)),
		config.WithLogger(logging.Nop{}), // the SDK's own would write of each cut body on stderr
	}
	if options.Profile != "" {
		load = append(load, config.WithSharedConfigProfile(options.Profile))
	}
	if len(options.Regions) > 0 {
		load = append(load, config.WithRegion(options.Regions[0]))
	}
	loaded, err := config.LoadDefaultConfig(ctx, load...)
	if noProfile := (config.SharedConfigProfileNotExistError{}); errors.As(err, &noProfile) {
		return nil, fmt.Errorf("no profile %q (aws configure list-profiles names them): %w", noProfile.Profile, err)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the AWS configuration: %w", err)
	}
	loaded.HTTPClient = plainBodies{loaded.HTTPClient}
	if options.Backoff == nil {
		options.Backoff = defaultBackoff
	}
	a := &Account{options: options, config: loaded, hint: loginHint(loaded.ConfigSources), clients: make(map[string]*Region)}
	regions := options.Regions
	if len(regions) == 0 && loaded.Region != "" {
		regions = []string{loaded.Region}
	}
	for _, region := range regions {
		if !slices.Contains(a.Regions, region) {
			a.Regions = append(a.Regions, region)
		}
	}
	a.config.Credentials = explained{loaded.Credentials, a.hint}
	credentials, err := a.config.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	a.ID = credentials.AccountID
	return a, nil
}

// checkEndpoint tells a mistyped --endpoint-url before anything is called.
func checkEndpoint(text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err == nil && (u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		err = errors.New("neither http://HOST nor https://HOST")
	}
	if err != nil {
		return fmt.Errorf("endpoint URL %q: %w", text, err)
	}
	return nil
}

// Region returns the client of one region, the same for the same name.
func (a *Account) Region(name string) *Region {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.clients[name]
	if r == nil {
		r = newRegion(a, name)
		a.clients[name] = r
	}
	return r
}

// ask returns the account's number as AWS tells it, or nothing. It is asked for
// an error's sake only, so that it takes a few seconds at most.
func (a *Account) ask(ctx context.Context, region string) string {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	client := sts.NewFromConfig(a.config, func(o *sts.Options) {
		o.Region = region
		if a.options.EndpointURL != "" {
			o.BaseEndpoint = aws.String(a.options.EndpointURL)
		}
	})
	out, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return ""
	}
	return aws.ToString(out.Account)
}
