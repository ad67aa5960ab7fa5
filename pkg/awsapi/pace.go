package awsapi

import (
	"context"
	"errors"
	"io"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Pace stands before and after every attempt of a call, so that a limiter is
// charged for what AWS counts and hears of every throttle. Either function may
// be nil.
type Pace struct {
	// Wait returns when the attempt may be made. Its error ends the call.
	Wait func(context.Context) error
	// Done is told how the attempt ended, even where another follows; throttled
	// says that calls come too fast.
	Done func(err error, throttled bool)
}

// add puts p between the retries and the attempt: before the signature, which
// is good for five minutes only.
func (p Pace) add(stack *middleware.Stack) error {
	return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("Pace", p.handle), "Retry", middleware.After)
}

func (p Pace) handle(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
	if p.Wait != nil {
		if err := p.Wait(ctx); err != nil {
			// A CanceledError is the one kind that is never retried.
			return middleware.FinalizeOutput{}, middleware.Metadata{}, &smithy.CanceledError{Err: err}
		}
	}
	out, metadata, err := next.HandleFinalize(ctx, in)
	if p.Done != nil {
		p.Done(err, err != nil && throttles.IsErrorThrottle(err).Bool())
	}
	return out, metadata, err
}

// refuseEmpty makes an empty body an error. The SDK takes it as an answer with
// no events and no further pages, so that a connection cut at the wrong byte
// would end a log group early without a word.
func refuseEmpty(stack *middleware.Stack) error {
	return stack.Deserialize.Insert(middleware.DeserializeMiddlewareFunc("RefuseEmpty",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			if response, ok := out.RawResponse.(*smithyhttp.Response); ok && err == nil && response.StatusCode/100 == 2 {
				response.Body = &filledBody{ReadCloser: response.Body}
			}
			return out, metadata, err
		}), "OperationDeserializer", middleware.After)
}

// filledBody is a body that must not be empty.
type filledBody struct {
	io.ReadCloser
	filled bool
}

// Read reads, and takes an end before the first byte as an error.
func (b *filledBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.filled = b.filled || n > 0
	if err == io.EOF && !b.filled {
		return n, errors.New("the answer is empty")
	}
	return n, err
}
