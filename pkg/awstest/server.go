package awstest

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Options are the settings of a Server. The zero value is ready to use.
type Options struct {
	// Account is the caller's account, by default 123456789012.
	Account string
	// Now is the clock for retention, tokens, throttling and late events, by
	// default time.Now.
	Now func() time.Time
	// Sleep waits for latency and slow bodies, and returns early with an error
	// when the context ends. By default it waits in real time.
	Sleep func(context.Context, time.Duration) error
	// Seed makes the dice of the faults repeatable, as far as the calls come in
	// the same order.
	Seed uint64
	// ScanEvents bounds how many events a call of FilterLogEvents looks at,
	// whether they match or not; by default 100,000. AWS does not publish its
	// own bound.
	ScanEvents int
	// TokenLife is how long a token can be used, by default 24 hours.
	TokenLife time.Duration
}

// Server is a loopback AWS. Its methods may be called while it serves.
type Server struct {
	options Options
	seal    cipher.AEAD
	// sequence numbers the events of all groups in the order of their Put.
	sequence atomic.Uint64

	mu      sync.Mutex
	regions map[string]*Region
	faults  map[string]*faultState
	// repeated are the tokens that were returned a second time.
	repeated map[string]bool
	random   *rand.Rand
	calls    []Call
	counts   map[string]*Counts

	listener net.Listener
	http     *http.Server
	stop     context.CancelFunc
	// running counts the calls under way and the listener; none is added once
	// the server is closed.
	running sync.WaitGroup
	closed  bool
}

// New returns a Server that does not listen yet.
func New(options Options) *Server {
	if options.Account == "" {
		options.Account = "123456789012"
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Sleep == nil {
		options.Sleep = sleep
	}
	if options.ScanEvents <= 0 {
		options.ScanEvents = 100_000
	}
	if options.TokenLife <= 0 {
		options.TokenLife = 24 * time.Hour
	}
	return &Server{
		options:  options,
		seal:     newSeal(),
		regions:  make(map[string]*Region),
		faults:   make(map[string]*faultState),
		repeated: make(map[string]bool),
		random:   rand.New(rand.NewPCG(options.Seed, 0)),
		counts:   make(map[string]*Counts),
	}
}

// NewServer returns a Server that listens until the test ends.
func NewServer(t testing.TB, options Options) *Server {
	t.Helper()
	s := New(options)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Start listens on a free port of 127.0.0.1 and serves until Close.
func (s *Server) Start() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listening on the loopback interface: %w", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s.listener, s.stop = listener, stop
	s.http = &http.Server{
		Handler:     s,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	s.running.Go(func() {
		// Serve ends with ErrServerClosed, and with another error only when
		// the listener breaks, which the clients notice.
		_ = s.http.Serve(listener)
	})
	return nil
}

// URL is the endpoint of a started server, such as http://127.0.0.1:40123.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Close ends the calls under way and stops listening. It returns when nothing
// of the server is left running.
func (s *Server) Close() error {
	if s.http == nil {
		return nil
	}
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.stop()
	err := s.http.Close()
	s.running.Wait()
	if err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("closing the loopback server: %w", err)
	}
	return nil
}

// Region returns the region called name, such as eu-west-1.
func (s *Server) Region(name string) *Region {
	s.mu.Lock()
	defer s.mu.Unlock()
	region, ok := s.regions[name]
	if !ok {
		region = &Region{
			server: s, name: name,
			groups: make(map[groupKey]*LogGroup), functions: make(map[string]Function),
		}
		s.regions[name] = region
	}
	return region
}

// begin counts a call in, unless the server is closed.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.running.Add(1)
	}
	return !s.closed
}

// nowMillis is the server's time in milliseconds since the Unix epoch.
func (s *Server) nowMillis() int64 { return s.options.Now().UnixMilli() }

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
