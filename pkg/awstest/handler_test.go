package awstest

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestRefused checks what gets no operation: a call without a credential scope,
// with that of another service, of an operation that is not served, and one
// that is no JSON.
func TestRefused(t *testing.T) {
	s := New(Options{})
	const scope = "AWS4-HMAC-SHA256 Credential=KEY/20260101/eu-west-1/"
	for _, tt := range []struct {
		name, method, path, target, authorization, body string
		status                                          int
		want                                            string
	}{
		{"no header", "POST", "/", "FilterLogEvents", "", "{}", 400, "IncompleteSignatureException"},
		{"half a scope", "POST", "/", "FilterLogEvents", "AWS4-HMAC-SHA256 Credential=KEY/eu-west-1", "{}", 400, "IncompleteSignatureException"},
		{"another service", "POST", "/", "FilterLogEvents", scope + "s3/aws4_request, x", "{}", 400, "InvalidSignatureException"},
		{"another service, Lambda", "GET", "/2015-03-31/functions/", "", scope + "logs/aws4_request, x", "", 403, "InvalidSignatureException"},
		{"a write", "POST", "/", "PutLogEvents", scope + "logs/aws4_request, x", "{}", 400, "UnknownOperationException"},
		{"a write, Lambda", "POST", "/2015-03-31/functions/", "", scope + "lambda/aws4_request, x", "{}", 400, "UnknownOperationException"},
		{"another path, Lambda", "GET", "/2015-03-31/functions/f/policy", "", scope + "lambda/aws4_request, x", "", 400, "UnknownOperationException"},
		{"another service's path", "GET", "/", "", scope + "s3/aws4_request, x", "", 400, "UnknownOperationException"},
		{"no JSON", "POST", "/", "FilterLogEvents", scope + "logs/aws4_request, x", "{", 400, "SerializationException"},
		{"another type", "POST", "/", "GetLogEvents", scope + "logs/aws4_request, x", `{"limit":"1"}`, 400, "SerializationException"},
	} {
		r := httptest.NewRequest(tt.method, tt.path, strings.NewReader(tt.body))
		if tt.target != "" {
			r.Header.Set("X-Amz-Target", "Logs_20140328."+tt.target)
		}
		r.Header.Set("Authorization", tt.authorization)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != tt.status || w.Header().Get("X-Amzn-ErrorType") != tt.want {
			t.Errorf("%s: %d %s, want %d %s: %s", tt.name, w.Code, w.Header().Get("X-Amzn-ErrorType"), tt.status, tt.want, w.Body)
		}
	}
}

// hangsUp checks that f aborts the answer in the way of net/http.
func hangsUp(t *testing.T, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if err, ok := recover().(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
			t.Errorf("the call was answered: %v", err)
		}
	}()
	f()
}

// TestResetOfAHandler checks what a server does that cannot hijack the connection.
func TestResetOfAHandler(t *testing.T) {
	s := New(Options{})
	s.Region("eu-west-1").Group(Group{Name: "g"})
	s.SetFaults("", Faults{Reset: 1})
	hangsUp(t, func() { post(s, "FilterLogEvents", `{"logGroupName":"g"}`) })
}

func TestClosed(t *testing.T) {
	s := New(Options{})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	hangsUp(t, func() { post(s, "DescribeLogGroups", "{}") })
}

// TestInternal checks that what goes wrong inside is an error to the caller, and
// never an empty answer.
func TestInternal(t *testing.T) {
	s := New(Options{Sleep: func(context.Context, time.Duration) error { return errors.New("no clock") }})
	s.SetFaults("", Faults{LatencyMin: 1})
	if w := post(s, "DescribeLogGroups", "{}"); w.Code != 500 || !strings.Contains(w.Body.String(), "no clock") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := post(s, "DescribeLogGroups", `{"x":"`+strings.Repeat("x", maxRequest)); w.Code != 413 {
		t.Errorf("a long body: %d %s", w.Code, w.Body)
	}
}
