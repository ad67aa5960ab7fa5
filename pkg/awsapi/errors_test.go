package awsapi

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// TestWrongRegion says where to look when the region's host is not there.
func TestWrongRegion(t *testing.T) {
	r := account(t, "", "eu-west1").Region("eu-west1")
	err := fmt.Errorf("sending: %w", &smithyhttp.RequestSendError{Err: &net.DNSError{Name: "logs.eu-west1.amazonaws.com", IsNotFound: true}})
	got := r.explain(t.Context(), "reading log group /g", err).Error()
	if want := "reading log group /g in eu-west1: no host logs.eu-west1.amazonaws.com (is the region right? --region): "; !strings.HasPrefix(got, want) {
		t.Errorf("got %s", got)
	}
}

// TestBadCredentials takes each code with which AWS refuses who asks.
func TestBadCredentials(t *testing.T) {
	r := account(t, "", "eu-west-1").Region("eu-west-1")
	for _, code := range badCredentials {
		got := r.explain(t.Context(), "listing functions", &smithy.GenericAPIError{Code: code, Message: "m"}).Error()
		if want := "listing functions in eu-west-1: no valid AWS credentials (next: "; !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s", code, got)
		}
	}
}

// TestDeniedOfLambda falls back on the operation's name.
func TestDeniedOfLambda(t *testing.T) {
	r := account(t, "", "eu-west-1").Region("eu-west-1")
	err := &smithy.OperationError{ServiceID: "Lambda", OperationName: "GetAlias", Err: &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "m"}}
	if got, want := r.explain(t.Context(), "d", err).Error(), "d: access denied in eu-west-1: an IAM policy has to allow lambda:GetAlias"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
