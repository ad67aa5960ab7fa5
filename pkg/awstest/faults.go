package awstest

import (
	"context"
	"encoding/json"
	"math"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Faults is what goes wrong with the calls of an operation. The zero value is
// a service without faults or quota. Chances are from 0 to 1 a call, and each
// is a throw of the server's seeded dice.
type Faults struct {
	// Rate is the quota in calls a second and region, and Burst how many calls
	// may come at once, by default Rate. 0 is no quota.
	Rate  float64
	Burst int
	// LatencyMin and LatencyMax bound how long a call takes, throttled ones
	// included; the time is drawn evenly between them.
	LatencyMin, LatencyMax time.Duration

	// Unavailable is the chance of a 5xx.
	Unavailable float64
	// Reset is the chance that the connection is reset in the middle of the body.
	Reset float64
	// Truncate is the chance of a complete response whose body is half an answer.
	Truncate float64
	// Slow is the chance that the body comes in pieces with SlowPause between
	// one and the next.
	Slow      float64
	SlowPause time.Duration

	// Empty is the chance that FilterLogEvents returns no event and a token,
	// whatever there is to return.
	Empty float64
	// RepeatToken is the chance that FilterLogEvents returns a page with the
	// token that the page was asked with, so that the same events come twice.
	// It happens once a token.
	RepeatToken float64
	// ExpireToken is the chance that a token is not accepted any more.
	ExpireToken float64

	// Denied refuses the caller, whose policies do not allow the operation.
	Denied bool
	// Expired refuses the caller's credentials.
	Expired bool
}

// faultState is a Faults and how full its buckets are, by region.
type faultState struct {
	Faults
	buckets map[string]*bucket
}

// bucket holds the calls that may still come, as of a time.
type bucket struct {
	tokens float64
	at     time.Time
}

// take takes a call out of a region's bucket, as of now.
func (f *faultState) take(region string, now time.Time) bool {
	if f.Rate <= 0 {
		return true
	}
	size := float64(f.Burst)
	if f.Burst <= 0 {
		size = max(1, math.Ceil(f.Rate))
	}
	b, ok := f.buckets[region]
	if !ok {
		b = &bucket{size, now}
		f.buckets[region] = b
	}
	b.tokens = min(size, b.tokens+f.Rate*max(0, now.Sub(b.at).Seconds()))
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

// SetFaults switches the faults of an operation, such as FilterLogEvents, to f,
// with full buckets. The operation "" stands for every operation that has no
// faults of its own.
func (s *Server) SetFaults(operation string, f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[operation] = &faultState{f, make(map[string]*bucket)}
}

// chance throws the dice.
func (s *Server) chance(p float64) bool {
	if p <= 0 {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.random.Float64() < p
}

// admit returns the faults of the call's operation, how long the call takes,
// and whether it is within the quota.
func (s *Server) admit(operation, region string) (f Faults, latency time.Duration, ok bool) {
	now := s.options.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	state := s.faults[operation]
	if state == nil {
		state = s.faults[""]
	}
	if state == nil {
		return Faults{}, 0, true
	}
	latency = state.LatencyMin
	if spread := state.LatencyMax - state.LatencyMin; spread > 0 {
		latency += time.Duration(s.random.Int64N(int64(spread) + 1))
	}
	// The faults for every operation have one bucket an operation, too.
	return state.Faults, latency, state.take(operation+" "+region, now)
}

// fail lets the call wait and returns the error that its faults ask for.
func (r *request) fail(ctx context.Context) error {
	f, latency, ok := r.server.admit(r.operation, r.region.name)
	r.faults = f
	if latency > 0 {
		if err := r.server.options.Sleep(ctx, latency); err != nil {
			return err
		}
	}
	switch {
	case !ok:
		return r.service.throttled()
	case f.Expired:
		return r.service.expired()
	case f.Denied:
		return r.service.denied(r.server.options.Account, r.operation, r.resource())
	case r.server.chance(f.Unavailable):
		return r.service.unavailable()
	}
	return nil
}

// resource is what IAM names the thing that the call is about.
func (r *request) resource() string {
	account := r.server.options.Account
	switch {
	case r.service == lambdaService && r.path[0] != "":
		return r.region.arn("lambda", account, "function:"+splitFunctionName(r.path[0]).name)
	case r.service == logsService:
		var input struct{ LogGroupName, LogGroupIdentifier string }
		if json.Unmarshal(r.body, &input) == nil && input.LogGroupIdentifier != "" {
			if group, err := r.region.group("", input.LogGroupIdentifier); err == nil {
				return group.ARN() + ":log-stream:"
			}
		}
		return r.region.arn("logs", account, "log-group:"+input.LogGroupName+":log-stream:")
	}
	return "*"
}

// send sends an answer, or as much of it as the faults of the call let through.
func (s *Server) send(ctx context.Context, w http.ResponseWriter, r *request, status int, answer []byte) {
	whole := status == http.StatusOK
	if whole && s.chance(r.faults.Truncate) {
		answer = answer[:len(answer)/2]
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
	w.WriteHeader(status)
	switch {
	case whole && s.chance(r.faults.Reset):
		reset(w, answer[:len(answer)/2])
	case whole && s.chance(r.faults.Slow):
		s.trickle(ctx, w, answer, r.faults.SlowPause)
	default:
		_, _ = w.Write(answer) // an error is the caller's having gone away
	}
}

// reset sends the beginning of a body and resets the connection.
func reset(w http.ResponseWriter, beginning []byte) {
	_, _ = w.Write(beginning)
	control := http.NewResponseController(w)
	if control.Flush() != nil {
		panic(http.ErrAbortHandler)
	}
	conn, _, err := control.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // as near as a server without hijacking comes
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // closing sends RST instead of FIN
	}
	_ = conn.Close()
}

// slowPieces is how many pieces a slow body comes in.
const slowPieces = 8

// trickle sends a body in pieces.
func (s *Server) trickle(ctx context.Context, w http.ResponseWriter, answer []byte, pause time.Duration) {
	control := http.NewResponseController(w)
	piece := len(answer)/slowPieces + 1
	for len(answer) > 0 {
		n := min(piece, len(answer))
		if _, err := w.Write(answer[:n]); err != nil || control.Flush() != nil {
			return
		}
		answer = answer[n:]
		if len(answer) > 0 && s.options.Sleep(ctx, pause) != nil {
			return
		}
	}
}
