package awsapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

// paced counts attempts and how they ended.
type paced struct{ waits, done, throttled, failed int }

func (p *paced) pace() Pace {
	return Pace{
		Wait: func(context.Context) error { p.waits++; return nil },
		Done: func(err error, throttled bool) {
			p.done++
			if err != nil {
				p.failed++
			}
			if throttled {
				p.throttled++
			}
		},
	}
}

var request = FilterRequest{Group: "/aws/lambda/checkout", Start: 0, End: 1000}

const throttle = `{"__type":"ThrottlingException","message":"Rate exceeded"}`

// TestAttemptsHaveNoEnd throttles more often than the SDK's three attempts, its
// quota of 500 tokens at 5 a retry, and AWS_MAX_ATTEMPTS would allow. Each
// attempt is charged, each throttle told.
func TestAttemptsHaveNoEnd(t *testing.T) {
	var list []http.HandlerFunc
	for range 150 {
		list = append(list, answer(400, throttle))
	}
	h, url := serve(t, append(list, answer(200, onePage))...)
	for _, variable := range []string{"", "AWS_NEW_RETRIES_2026=true"} {
		a := account(t, url, "eu-west-1")
		t.Setenv("AWS_MAX_ATTEMPTS", "2")
		t.Setenv("AWS_RETRY_MODE", "adaptive")
		if name, value, ok := strings.Cut(variable, "="); ok {
			t.Setenv(name, value)
		}
		h.calls = 0
		var p paced
		page, err := a.Region("eu-west-1").FilterPage(t.Context(), request, p.pace())
		if err != nil || len(page.Events) != 1 {
			t.Fatalf("%s: %d events, %v", variable, len(page.Events), err)
		}
		if want := (paced{waits: 151, done: 151, throttled: 150, failed: 150}); p != want {
			t.Errorf("%s: got %+v, want %+v", variable, p, want)
		}
	}
}

// TestMaxAttemptsVariable sets the variable before the configuration is loaded.
func TestMaxAttemptsVariable(t *testing.T) {
	_, url := serve(t, answer(400, throttle), answer(400, throttle), answer(200, onePage))
	isolate(t)
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	t.Setenv("AWS_RETRY_MODE", "adaptive")
	a, err := Load(t.Context(), Options{EndpointURL: url, Regions: []string{"eu-west-1"}, Backoff: atOnce})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Region("eu-west-1").FilterPage(t.Context(), request, Pace{}); err != nil {
		t.Error(err)
	}
}

// hijack answers with these bytes and closes the connection, with a reset if
// asked to.
func hijack(t *testing.T, text string, reset bool) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, text)
		if tcp, ok := conn.(*net.TCPConn); ok && reset {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
	}
}

// TestBrokenAnswersAreRetried breaks one answer and gives the next whole.
func TestBrokenAnswersAreRetried(t *testing.T) {
	half := onePage[:len(onePage)/2]
	head := "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n"
	for name, c := range map[string]struct {
		broken    http.HandlerFunc
		throttled int
	}{
		"500":                      {answer(500, `{"__type":"InternalFailure"}`), 0},
		"503":                      {answer(503, `{"__type":"ServiceUnavailableException","message":"later"}`), 0},
		"503 of a proxy":           {answer(503, `<html>`), 0},
		"429 of a proxy":           {answer(429, `<html>`), 1},
		"429 without a code":       {answer(429, `{}`), 1},
		"throttle":                 {answer(400, throttle), 1},
		"limit exceeded":           {answer(400, `{"__type":"LimitExceededException","message":"slow"}`), 1},
		"empty":                    {answer(200, ``), 0},
		"half an answer":           {answer(200, half), 0},
		"no JSON":                  {answer(200, `<html>hello</html>`), 0},
		"closed at once":           {hijack(t, "", false), 0},
		"reset at once":            {hijack(t, "", true), 0},
		"closed in the head":       {hijack(t, head, false), 0},
		"closed in the body":       {hijack(t, head+"Content-Length: "+strconv.Itoa(len(onePage))+"\r\n\r\n"+half, false), 0},
		"reset in the body":        {hijack(t, head+"Content-Length: "+strconv.Itoa(len(onePage))+"\r\n\r\n"+half, true), 0},
		"closed before the body":   {hijack(t, head+"Connection: close\r\n\r\n", false), 0},
		"closed in a chunk":        {hijack(t, head+"Transfer-Encoding: chunked\r\n\r\n50\r\n"+half[:0x20], false), 0},
		"closed between chunks":    {hijack(t, head+"Transfer-Encoding: chunked\r\n\r\n20\r\n"+half[:0x20]+"\r\n", false), 0},
		"closed in a throttle":     {hijack(t, "HTTP/1.1 400 Bad Request\r\nContent-Length: 60\r\n\r\n"+throttle[:20], false), 0},
		"no chunk":                 {hijack(t, head+"Transfer-Encoding: chunked\r\n\r\nhello\r\n", false), 0},
		"gzip that is cut":         {hijack(t, head+"Connection: close\r\nContent-Encoding: gzip\r\nContent-Length: 12\r\n\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xab\x56", false), 0},
		"gzip that is none":        {hijack(t, head+"Connection: close\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", false), 0},
		"throttle by status alone": {answer(400, `{"__type":"com.amazonaws.logs#Throttling"}`), 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, url := serve(t, c.broken, answer(200, onePage))
			var p paced
			page, err := account(t, url, "eu-west-1").Region("eu-west-1").FilterPage(t.Context(), request, p.pace())
			if err != nil {
				t.Fatal(err)
			}
			want := Event{ID: "1", Timestamp: 2, Ingestion: 3, Stream: "s", Message: `m "é"`}
			if len(page.Events) != 1 || page.Events[0] != want || page.NextToken != "n" {
				t.Errorf("got %+v", page)
			}
			if want := (paced{waits: 2, done: 2, failed: 1, throttled: c.throttled}); p != want {
				t.Errorf("got %+v, want %+v", p, want)
			}
		})
	}
}

// TestStalledBodyIsRetried sends half a body and then nothing more.
func TestStalledBodyIsRetried(t *testing.T) {
	release := make(chan struct{})
	stall := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(onePage)))
		_, _ = io.WriteString(w, onePage[:20])
		_ = http.NewResponseController(w).Flush()
		<-release
	}
	_, url := serve(t, stall, answer(200, onePage))
	t.Cleanup(func() { close(release) }) // before the server is closed
	isolate(t)
	a, err := Load(t.Context(), Options{EndpointURL: url, Regions: []string{"eu-west-1"}, Backoff: atOnce, readTimeout: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	page, err := a.Region("eu-west-1").FilterPage(t.Context(), request, Pace{})
	if err != nil || len(page.Events) != 1 {
		t.Errorf("%d events, %v", len(page.Events), err)
	}
}

// TestNoPrefixIsAPage cuts a page at every byte: none may pass for a page.
func TestNoPrefixIsAPage(t *testing.T) {
	body := ""
	_, url := serve(t, func(w http.ResponseWriter, r *http.Request) { answer(200, body)(w, r) })
	region := account(t, url, "eu-west-1").Region("eu-west-1")
	for n := range len(onePage) {
		body = onePage[:n]
		if page, err := region.FilterPage(t.Context(), request, Pace{}); err == nil {
			t.Errorf("%q passes for a page: %+v", body, page)
		}
	}
}

// TestHopelessEnds counts the attempts at what does not pass by waiting.
func TestHopelessEnds(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		url     string
		want    int
		says    string
	}{
		"nobody listens":    {url: closed.URL, want: unsentAttempts, says: "no connection"},
		"resets only":       {handler: hijack(t, "", true), want: unsentAttempts, says: "no connection"},
		"another server":    {handler: answer(200, "<html>"), want: unreadableAttempts, says: "deserialization failed"},
		"empty answers":     {handler: answer(200, ""), want: unreadableAttempts, says: "the answer is empty"},
		"a proxy's refusal": {handler: answer(403, "<html>"), want: 1, says: "403"},
		"invalid parameter": {handler: answer(400, `{"__type":"InvalidParameterException","message":"bad pattern"}`), want: 1, says: "bad pattern"},
	} {
		t.Run(name, func(t *testing.T) {
			url := c.url
			if c.handler != nil {
				_, url = serve(t, c.handler)
			}
			var p paced
			_, err := account(t, url, "eu-west-1").Region("eu-west-1").FilterPage(t.Context(), request, p.pace())
			if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "/aws/lambda/checkout in eu-west-1") {
				t.Errorf("got %v, want %q, log group and region in it", err, c.says)
			}
			if p.waits != c.want || p.done != c.want {
				t.Errorf("got %+v, want %d attempts", p, c.want)
			}
		})
	}
}

// TestConnectionsLostLater loses more connections than a first call may, after
// the endpoint has answered.
func TestConnectionsLostLater(t *testing.T) {
	list := []http.HandlerFunc{answer(200, onePage)}
	for range 3 * unsentAttempts {
		list = append(list, hijack(t, "", true))
	}
	_, url := serve(t, append(list, answer(200, onePage))...)
	region := account(t, url, "eu-west-1").Region("eu-west-1")
	for range 2 {
		if _, err := region.FilterPage(t.Context(), request, Pace{}); err != nil {
			t.Error(err)
		}
	}
}

// TestUnreadableAfterOthers does not count failures of other kinds against an
// answer that cannot be read.
func TestUnreadableAfterOthers(t *testing.T) {
	var list []http.HandlerFunc
	for range 5 {
		list = append(list, answer(400, throttle), answer(200, "<html>"), answer(200, "<html>"), answer(200, ""), hijack(t, "", true))
	}
	_, url := serve(t, append(list, answer(200, onePage))...)
	var p paced
	if _, err := account(t, url, "eu-west-1").Region("eu-west-1").FilterPage(t.Context(), request, p.pace()); err != nil || p.failed != 25 {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestLostName says when a name that cannot be resolved is worth a retry.
func TestLostName(t *testing.T) {
	region := account(t, "", "eu-west-1").Region("eu-west-1")
	err := fmt.Errorf("sending: %w", &net.DNSError{Name: "logs.eu-west-1.amazonaws.com", IsNotFound: true})
	if region.retryer().IsErrorRetryable(err) {
		t.Error("a name that never was is retried")
	}
	region.reached.Store(true)
	if !region.retryer().IsErrorRetryable(err) {
		t.Error("a name that was right is not retried")
	}
}

// TestCancel ends the context in each place where a call can wait.
func TestCancel(t *testing.T) {
	long := func(int) time.Duration { return time.Hour }
	for name, run := range map[string]func(t *testing.T, ctx context.Context, cancel context.CancelFunc) (http.HandlerFunc, Pace){
		"backoff": func(_ *testing.T, _ context.Context, cancel context.CancelFunc) (http.HandlerFunc, Pace) {
			return answer(400, throttle), Pace{Done: func(error, bool) { cancel() }}
		},
		"limiter": func(_ *testing.T, _ context.Context, cancel context.CancelFunc) (http.HandlerFunc, Pace) {
			return answer(200, onePage), Pace{Wait: func(ctx context.Context) error { cancel(); <-ctx.Done(); return ctx.Err() }}
		},
		"answer": func(_ *testing.T, _ context.Context, cancel context.CancelFunc) (http.HandlerFunc, Pace) {
			return func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body) // only then does the server see the connection close
				cancel()
				<-r.Context().Done()
			}, Pace{}
		},
		"body": func(_ *testing.T, _ context.Context, cancel context.CancelFunc) (http.HandlerFunc, Pace) {
			return func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				_, _ = io.WriteString(w, onePage[:20])
				_ = http.NewResponseController(w).Flush()
				cancel()
				<-r.Context().Done()
			}, Pace{}
		},
		"before": func(_ *testing.T, _ context.Context, cancel context.CancelFunc) (http.HandlerFunc, Pace) {
			cancel()
			return answer(200, onePage), Pace{}
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			isolate(t)
			h, url := serve(t, answer(500, "{}"))
			a, err := Load(ctx, Options{EndpointURL: url, Regions: []string{"eu-west-1"}, Backoff: long})
			if err != nil {
				t.Fatal(err)
			}
			handler, pace := run(t, ctx, cancel)
			h.list = []http.HandlerFunc{handler}
			if _, err := a.Region("eu-west-1").FilterPage(ctx, request, pace); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestLimiterError ends a call that may not be made, without a retry.
func TestLimiterError(t *testing.T) {
	h, url := serve(t, answer(200, onePage))
	refused := errors.New("would exceed the deadline")
	_, err := account(t, url, "eu-west-1").Region("eu-west-1").FilterPage(t.Context(), request, Pace{Wait: func(context.Context) error { return refused }})
	if !errors.Is(err, refused) || h.calls != 0 {
		t.Errorf("got %v after %d calls", err, h.calls)
	}
}

func TestDefaultBackoff(t *testing.T) {
	for attempt, bound := range map[int]time.Duration{
		0: 200 * time.Millisecond, 1: 200 * time.Millisecond, 2: 400 * time.Millisecond, 3: 800 * time.Millisecond,
		4: 1600 * time.Millisecond, 5: 3200 * time.Millisecond, 6: 5 * time.Second, 7: 5 * time.Second, 1 << 40: 5 * time.Second,
	} {
		longest := time.Duration(0)
		for range 1000 {
			d := defaultBackoff(attempt)
			if d < 0 || d >= bound {
				t.Fatalf("attempt %d: %v, want less than %v", attempt, d, bound)
			}
			longest = max(longest, d)
		}
		if longest < bound*3/4 { // by chance once in 10^125
			t.Errorf("attempt %d: no longer than %v, want up to %v", attempt, longest, bound)
		}
	}
}

func TestFilterLogEventsTPS(t *testing.T) {
	for region, want := range map[string]int{
		"us-east-1": 25, "us-east-2": 10, "eu-west-1": 10, "eu-central-1": 5, "ap-northeast-3": 5,
		"ap-southeast-3": 5, "ca-west-1": 5, "il-central-1": 5, "mars-north-1": 10,
	} {
		if got := FilterLogEventsTPS(region); got != want {
			t.Errorf("%s: %d, want %d", region, got, want)
		}
	}
}
