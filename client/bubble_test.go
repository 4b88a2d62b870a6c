package client

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringback/callback"
)

// pipes is a network in memory: real HTTP over net.Pipe, so that synctest's
// clock runs.
type pipes struct {
	mu     sync.Mutex
	conns  chan net.Conn
	closed chan struct{}
	down   bool
	open   []net.Conn
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return nil, errors.New("the cable is out")
	}
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		p.open = append(p.open, near, far)
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// cut breaks every connection and lets none be made until it is mended.
func (p *pipes) cut(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
	if down {
		for _, c := range p.open {
			_ = c.Close()
		}
		p.open = nil
	}
}

// running is a desk whose loop runs in a bubble of synctest.
type running struct {
	*desk
	net *pipes
	// changes counts the bells that the screens heard.
	changes int
	cancel  context.CancelFunc
}

// live runs a test body on a desk with a running loop.
func live(t *testing.T, cases int, body func(t *testing.T, d *running)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := newPipes()
		c := newCentre(cases)
		srv := &http.Server{Handler: c, ErrorLog: quietLog()}
		served := make(chan struct{})
		go func() { _ = srv.Serve(p); close(served) }()
		transport := &http.Transport{DialContext: p.dial}
		m := newMemory()
		cl := New(Options{URL: "http://localhost", Token: goodToken, Device: "de-1", HTTP: &http.Client{Transport: transport}})
		ctx, cancel := context.WithCancel(t.Context())
		d := &running{desk: &desk{NewSyncer(cl, m, SyncOptions{PageDocs: 10}), c, m, nil}, net: p, cancel: cancel}
		var mu sync.Mutex
		d.opt.OnChange = func() { mu.Lock(); d.changes++; mu.Unlock() }
		ended := make(chan struct{})
		go func() { d.Run(ctx); close(ended) }()
		synctest.Wait()
		body(t, d)
		cancel()
		<-ended
		cl.Close()
		_ = srv.Close()
		<-served
	})
}

// settle lets time pass and everything that it starts end.
func (d *running) settle(t time.Duration) {
	time.Sleep(t)
	synctest.Wait()
}

func (d *running) count(request string) int {
	n := 0
	for _, r := range d.centre.requests() {
		if r == request {
			n++
		}
	}
	return n
}

func (d *running) want(t *testing.T, state callback.LinkState) {
	t.Helper()
	if st := d.Status(); st.State != state {
		t.Fatalf("state %q (%s), want %q", st.State, st.Problem, state)
	}
}
