package awsapi

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coldstats/coldstats/pkg/awstest"
)

// isolate takes the machine's own AWS settings away and gives fake credentials.
func isolate(t *testing.T) {
	t.Helper()
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "") // so that it is restored
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	home := t.TempDir()
	for name, value := range map[string]string{
		"HOME": home, "USERPROFILE": home,
		"AWS_CONFIG_FILE":             filepath.Join(home, "config"),
		"AWS_SHARED_CREDENTIALS_FILE": filepath.Join(home, "credentials"),
		"AWS_EC2_METADATA_DISABLED":   "true",
		"AWS_ACCESS_KEY_ID":           "AKIDEXAMPLE",
		"AWS_SECRET_ACCESS_KEY":       "secret",
	} {
		t.Setenv(name, value)
	}
}

// atOnce is a backoff of no time.
func atOnce(int) time.Duration { return 0 }

// account loads the account that a server at url plays, in these regions.
func account(t *testing.T, url string, regions ...string) *Account {
	t.Helper()
	isolate(t)
	a, err := Load(t.Context(), Options{EndpointURL: url, Regions: regions, Backoff: atOnce})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// handlers answers the first call by the first handler and so on, and all
// further ones by the last.
type handlers struct {
	mu    sync.Mutex
	list  []http.HandlerFunc
	calls int
}

func (h *handlers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	next := h.list[min(h.calls, len(h.list)-1)]
	h.calls++
	h.mu.Unlock()
	next(w, r)
}

// serve listens with handlers until the test ends.
func serve(t *testing.T, list ...http.HandlerFunc) (*handlers, string) {
	t.Helper()
	h := &handlers{list: list}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return h, server.URL
}

// answer is a handler that says the same to every call.
func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// onePage is a page of one event, as FilterLogEvents gives it.
const onePage = `{"events":[{"eventId":"1","ingestionTime":3,"logStreamName":"s","message":"m \"\u00e9\"","timestamp":2}],"searchedLogStreams":[],"nextToken":"n"}`

// cloud is a loopback AWS with a function and its events in eu-west-1.
func cloud(t *testing.T) (*awstest.Server, *awstest.Region) {
	t.Helper()
	server := awstest.NewServer(t, awstest.Options{})
	return server, server.Region("eu-west-1")
}

// spec parses what has to be right.
func spec(t *testing.T, text string) Spec {
	t.Helper()
	s, err := ParseSpec(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
