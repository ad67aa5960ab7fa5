package awsapi

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// tooManyRequests is HTTP 429, with which proxies and emulators throttle without
// an error code.
var tooManyRequests = map[int]struct{}{429: {}}

// throttles tells whether an error says that calls come too fast.
var throttles = retry.IsErrorThrottles(append(slices.Clone(retry.DefaultThrottles),
	retry.IsErrorThrottleFunc(retry.RetryableHTTPStatusCode{Codes: tooManyRequests}.IsErrorRetryable)))

// retryer returns the SDK's standard retryer without its limits: it makes
// attempts until the context ends, and does not draw on a quota of retries,
// which at a throttled service is empty after a hundred. What it takes as worth
// a retry is wider by what breaks off in the middle of an answer, which the SDK
// takes as final.
func (r *Region) retryer() aws.Retryer {
	standard := retry.NewStandard(func(o *retry.StandardOptions) {
		o.RateLimiter = ratelimit.None
		o.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) {
			return r.account.options.Backoff(attempt), nil
		})
		o.Retryables = slices.Concat(
			[]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(r.retryable)},
			o.Retryables,
			[]retry.IsErrorRetryable{retry.RetryableHTTPStatusCode{Codes: tooManyRequests}})
	})
	return retry.AddWithMaxAttempts(standard, 0) // 0: without end
}

// retryable decides on the errors that the SDK does not retry and should, and
// leaves all others to it.
func (r *Region) retryable(err error) aws.Ternary {
	var dns *net.DNSError
	var end *hopelessError
	switch {
	case errors.As(err, &end), errors.Is(err, context.Canceled):
		return aws.FalseTernary
	case errors.Is(err, io.ErrUnexpectedEOF), unreadable(err):
		return aws.TrueTernary
	case errors.As(err, &dns) && r.reached.Load():
		// The name was right a moment ago: the network went away.
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}

// Two kinds of failure do not pass by waiting, so they end a call when there are
// so many in a row: of an endpoint that never answered (a mistyped URL, no
// network), and of whole answers that are not what AWS would say (a proxy's page).
const (
	unsentAttempts     = 4
	unreadableAttempts = 8
)

// hopelessError is the last of such failures.
type hopelessError struct{ error }

func (e *hopelessError) Unwrap() error { return e.error }

// giveUp puts between the retries and the attempts of a call what counts its
// failures in a row.
func (r *Region) giveUp(stack *middleware.Stack) error {
	var unsent, unread int
	return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("GiveUp",
		func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
			out, metadata, err := next.HandleFinalize(ctx, in)
			var send *smithyhttp.RequestSendError
			var response *smithyhttp.ResponseError
			switch {
			case errors.As(err, &send):
				unsent, unread = unsent+1, 0
			case unreadable(err):
				unsent, unread = 0, unread+1
			default:
				unsent, unread = 0, 0
			}
			// Without an answer the status is 0.
			if err == nil || errors.As(err, &response) && response.HTTPStatusCode() != 0 {
				r.reached.Store(true)
			}
			if unsent == unsentAttempts && !r.reached.Load() || unread == unreadableAttempts {
				err = &hopelessError{err}
			}
			return out, metadata, err
		}), "Retry", middleware.After)
}

// unreadable reports whether err is of an answer that says success, arrived to
// its end and yet cannot be read.
func unreadable(err error) bool {
	var broken *smithy.DeserializationError
	var response *smithyhttp.ResponseError
	var network net.Error
	return errors.As(err, &broken) && !errors.As(err, &network) && !errors.Is(err, io.ErrUnexpectedEOF) &&
		errors.As(err, &response) && response.HTTPStatusCode()/100 == 2
}
