package awsapi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

var (
	// ErrNoRegion says that nothing names a region.
	ErrNoRegion = errors.New("no region: --region or AWS_REGION")
	// ErrTokenExpired says that a page's token is no longer taken: start again
	// without one at the last event's time.
	ErrTokenExpired = errors.New("the token of the next page has expired")
)

// CredentialsError says that there are no credentials, or that AWS does not take
// them.
type CredentialsError struct {
	// Hint is the next step, such as the command aws sso login --profile X.
	Hint string
	Err  error
}

func (e *CredentialsError) Error() string {
	return fmt.Sprintf("no valid AWS credentials (next: %s): %v", e.Hint, e.Err)
}

// Unwrap returns the failure.
func (e *CredentialsError) Unwrap() error { return e.Err }

// DeniedError says which permission is missing.
type DeniedError struct {
	// Action is the IAM action, such as logs:FilterLogEvents, and Resource the
	// ARN that it was refused on, empty where AWS does not say.
	Action, Resource string
	Region           string
	Err              error
}

func (e *DeniedError) Error() string {
	on := ""
	if e.Resource != "" {
		on = " on " + e.Resource
	}
	return fmt.Sprintf("access denied in %s: an IAM policy has to allow %s%s", e.Region, e.Action, on)
}

// Unwrap returns AWS's own answer, which says whether a policy refuses or none
// allows.
func (e *DeniedError) Unwrap() error { return e.Err }

// ClassError says that a log group's class does not allow FilterLogEvents.
type ClassError struct {
	Group string
	// Class is INFREQUENT_ACCESS or DELIVERY, or empty where only FilterLogEvents
	// told.
	Class string
	Err   error
}

func (e *ClassError) Error() string {
	class, way := "a class", fmt.Sprintf("query it with aws logs start-query --log-group-name %s", e.Group)
	if e.Class != "" {
		class = "class " + e.Class
	}
	if e.Class == "DELIVERY" {
		way = "read the files that it delivers to S3 or Firehose"
	}
	return fmt.Sprintf("log group %s is of %s, for which FilterLogEvents is not supported: %s, "+
		"or let the function log to a new group of class STANDARD from now on", e.Group, class, way)
}

// Unwrap returns AWS's own answer, or nil.
func (e *ClassError) Unwrap() error { return e.Err }

// NotFoundError says what was looked for in vain.
type NotFoundError struct {
	What    string   // such as "function checkout"
	Regions []string // where
	Account string   // empty where it is not known
	// Groups are the log groups that were asked for.
	Groups []string
	// Exists says that the function exists, but none of its log groups: it has
	// not run, or may not log.
	Exists bool
	// Near are names like the one asked for.
	Near []string
	Err  error
}

func (e *NotFoundError) Error() string {
	var b strings.Builder
	if e.Exists {
		fmt.Fprintf(&b, "%s has no log group in %s", e.What, strings.Join(e.Regions, ", "))
	} else {
		fmt.Fprintf(&b, "no %s in %s", e.What, strings.Join(e.Regions, ", "))
	}
	if e.Account != "" {
		fmt.Fprintf(&b, " of account %s", e.Account)
	}
	if len(e.Groups) > 0 {
		fmt.Fprintf(&b, " (asked for %s)", strings.Join(e.Groups, ", "))
	}
	switch {
	case e.Exists:
		b.WriteString(": it has not run yet, or its role may not write logs")
	case len(e.Near) > 0:
		fmt.Fprintf(&b, ": did you mean %s?", strings.Join(e.Near, ", "))
	default:
		b.WriteString(": is the region right (--region)?")
	}
	return b.String()
}

// Unwrap returns AWS's own answer, or nil.
func (e *NotFoundError) Unwrap() error { return e.Err }

// add joins what was not found in another region to e.
func (e *NotFoundError) add(other *NotFoundError) {
	e.Regions = append(e.Regions, other.Regions...)
	for _, g := range other.Groups {
		if !slices.Contains(e.Groups, g) {
			e.Groups = append(e.Groups, g)
		}
	}
	for _, n := range other.Near {
		if !slices.Contains(e.Near, n) {
			e.Near = append(e.Near, n)
		}
	}
	e.Exists = e.Exists || other.Exists
}

// badCredentials are the codes with which AWS refuses who asks, not what is
// asked.
var badCredentials = []string{
	"ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId",
	"InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature", "IncompleteSignatureException",
	"MissingAuthenticationToken", "MissingAuthenticationTokenException", "AuthFailure",
}

var refusal = regexp.MustCompile(`not authorized to perform: ([\w-]+:[\w*]+)(?: on resource: (\S+))?`)

// explain turns the error of a call into one of this package's where it has one,
// and says what was being done. A context that ended is its own error.
func (r *Region) explain(ctx context.Context, doing string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s in %s: %w", doing, r.Name, context.Cause(ctx))
	}
	var api smithy.APIError
	var credentials *CredentialsError
	var dns *net.DNSError
	var send *smithyhttp.RequestSendError
	switch {
	case errors.As(err, &credentials):
		return fmt.Errorf("%s in %s: %w", doing, r.Name, credentials)
	case errors.As(err, &api) && slices.Contains(badCredentials, api.ErrorCode()):
		return fmt.Errorf("%s in %s: %w", doing, r.Name, &CredentialsError{Hint: r.account.hint, Err: err})
	case api != nil && strings.HasPrefix(api.ErrorCode(), "AccessDenied"):
		return fmt.Errorf("%s: %w", doing, r.denied(api.ErrorMessage(), err))
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Errorf("%s in %s: no host %s (is the region right? --region): %w", doing, r.Name, dns.Name, err)
	case errors.As(err, &send):
		return fmt.Errorf("%s in %s: no connection (is the endpoint right, is a proxy needed?): %w", doing, r.Name, err)
	}
	return fmt.Errorf("%s in %s: %w", doing, r.Name, err)
}

// denied reads action and resource off AWS's message, which most services word
// alike, else takes the action from the operation.
func (r *Region) denied(message string, err error) *DeniedError {
	e := &DeniedError{Region: r.Name, Err: err}
	if m := refusal.FindStringSubmatch(message); m != nil {
		e.Action, e.Resource = m[1], strings.TrimRight(m[2], ".")
		return e
	}
	var operation *smithy.OperationError
	if errors.As(err, &operation) {
		service := "logs:"
		if operation.ServiceID == "Lambda" {
			service = "lambda:"
		}
		e.Action = service + operation.OperationName
	}
	return e
}

// isCode reports whether AWS answered with an error of this code.
func isCode(err error, code string) bool {
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorCode() == code
}
