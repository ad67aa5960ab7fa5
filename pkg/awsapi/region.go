package awsapi

import (
	"io"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// Region reads one region of an account. It is safe for concurrent use.
type Region struct {
	// Name is the region's, such as eu-west-1.
	Name string

	account *Account
	logs    *cloudwatchlogs.Client
	lambda  *lambda.Client
	// reached is set by the first answer, whatever it says; see giveUp.
	reached atomic.Bool
}

func newRegion(a *Account, name string) *Region {
	r := &Region{Name: name, account: a}
	cfg := a.config.Copy()
	cfg.Region = name
	// The endpoint is set on the clients and not on the configuration, where a
	// variable such as AWS_ENDPOINT_URL_LAMBDA would go before the flag. The
	// same goes for AWS_MAX_ATTEMPTS, which would make calls give up.
	var endpoint *string
	if a.options.EndpointURL != "" {
		endpoint = aws.String(a.options.EndpointURL)
	}
	r.logs = cloudwatchlogs.NewFromConfig(cfg, func(o *cloudwatchlogs.Options) {
		if endpoint != nil {
			o.BaseEndpoint = endpoint
		}
		o.Retryer, o.RetryMaxAttempts = r.retryer(), 0
		o.APIOptions = append(o.APIOptions, r.giveUp, refuseEmpty)
	})
	r.lambda = lambda.NewFromConfig(cfg, func(o *lambda.Options) {
		if endpoint != nil {
			o.BaseEndpoint = endpoint
		}
		o.Retryer, o.RetryMaxAttempts = r.retryer(), 0
		o.APIOptions = append(o.APIOptions, r.giveUp)
	})
	return r
}

// defaultReadTimeout is how long a connection may be silent before the attempt
// is given up and made again. It is what the AWS CLI waits; a FilterLogEvents
// that matches little can be silent for many seconds.
const defaultReadTimeout = 60 * time.Second

// httpClient returns the client that all calls share. It speaks HTTP/1.1 only,
// one call a connection: in HTTP/2 one stalled answer among others that flow
// would keep the connection from being silent, and so would never be noticed.
func httpClient(readTimeout time.Duration) *awshttp.BuildableClient {
	if readTimeout == 0 {
		readTimeout = defaultReadTimeout
	}
	return awshttp.NewBuildableClient().WithReadTimeout(readTimeout).WithTransportOptions(func(t *http.Transport) {
		t.ForceAttemptHTTP2 = false
		t.Protocols = new(http.Protocols)
		t.Protocols.SetHTTP1(true)
		// A fetch has dozens of calls under way in one region; the default of ten
		// would close and open connections all the time.
		t.MaxIdleConns, t.MaxIdleConnsPerHost = 0, 128
		t.ReadBufferSize = 64 << 10 // for pages of 1 MB; half the time in the kernel of the default 4 KiB
	})
}

// plainBodies hides from net/http that the SDK's request body is an io.WriterTo
// (smithy-go 1.28.8). The SDK closes the body as soon as the response begins, and
// WriteTo of a closed one fails, which net/http takes for a broken connection: an
// answer that comes that fast would be lost and asked for again.
type plainBodies struct{ aws.HTTPClient }

func (c plainBodies) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return c.HTTPClient.Do(r)
}

// defaultBackoff returns a random wait of up to 0.2 s · 2^(attempt−1), and of up
// to 5 s from the sixth attempt on. The usual 20 s would leave most of a quota
// unused: it is the caller's limiter that spaces attempts, the wait only keeps
// calls that failed together from coming back together.
func defaultBackoff(attempt int) time.Duration {
	const first, longest = 200 * time.Millisecond, 5 * time.Second
	bound := longest
	if attempt < 6 {
		bound = min(longest, first<<max(0, attempt-1))
	}
	return rand.N(bound)
}

// FilterLogEventsTPS returns how many FilterLogEvents calls a second AWS allows
// an account in a region. The quota cannot be raised, and the console and every
// other tool of the account share it.
// Source: CloudWatch Logs quotas, User Guide, 2026.
func FilterLogEventsTPS(region string) int {
	switch region {
	case "us-east-1":
		return 25
	case "eu-central-1", "ap-northeast-3", "ap-southeast-3", "ca-west-1", "il-central-1":
		return 5
	}
	return 10
}
