package main

import (
	"context"
	"sync"

	"ringback/callback"
	"ringback/client"
	"ringback/phone"
)

// line is the phone on the desk and the right to use it.
type line struct {
	ctx    context.Context
	claims *client.Claims
	mu     sync.Mutex
	held   map[string]held
	// phone starts calls, unless noPhone says what is wrong with its settings.
	phone   *phone.Phone
	noPhone error
	// ringing ends, by silence, when the desk closes; calls are those that
	// ring.
	ringing context.Context
	silence context.CancelFunc
	calls   sync.WaitGroup
	closed  bool
}

// held is a lease that is kept alive until it is given back.
type held struct {
	lease callback.Lease
	stop  context.CancelFunc
}

// newLine makes the line of a desk; ctx ends the keeping of leases. A phone
// that is not set up right does not keep the desk from opening: one can dial by
// hand.
func newLine(ctx context.Context, a *app, d *desk) *line {
	l := &line{ctx: ctx, claims: client.NewClaims(d.client, nil, a.instant), held: map[string]held{}}
	l.ringing, l.silence = context.WithCancel(ctx)
	l.phone, l.noPhone = a.phone()
	return l
}

// Claim implements ui.Line. The lease is renewed until it is released. That of
// a case in a day pack lasts by itself, and stays when the call is left.
func (l *line) Claim(ctx context.Context, caseID string, purpose callback.LeasePurpose) (callback.Granted, error) {
	lease, err := l.claims.Claim(ctx, caseID, purpose)
	if err != nil || !lease.Pack.IsZero() {
		return lease, err
	}
	keep, stop := context.WithCancel(l.ctx)
	l.mu.Lock()
	if old, ok := l.held[caseID]; ok {
		old.stop()
	}
	l.held[caseID] = held{lease.Lease, stop}
	l.mu.Unlock()
	go l.claims.Keep(keep, lease, func(error) { l.forget(caseID, lease.ID) })
	return lease, nil
}

// forget drops a lease that is gone.
func (l *line) forget(caseID, leaseID string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if h, ok := l.held[caseID]; ok && h.lease.ID == leaseID {
		h.stop()
		delete(l.held, caseID)
	}
}

// Release implements ui.Line. A lease that cannot be given back runs out by
// itself.
func (l *line) Release(ctx context.Context, caseID string) error {
	l.mu.Lock()
	h, ok := l.held[caseID]
	delete(l.held, caseID)
	l.mu.Unlock()
	if !ok {
		return nil
	}
	h.stop()
	return l.claims.Release(ctx, h.lease.ID)
}

// releaseAll stops what rings and gives every lease back when the desk closes.
func (l *line) releaseAll() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.silence()
	l.calls.Wait()
	l.mu.Lock()
	var ids []string
	for id := range l.held {
		ids = append(ids, id)
	}
	l.mu.Unlock()
	for _, id := range ids {
		_ = l.Release(l.ctx, id)
	}
}

// Dial implements ui.Line. A call that still rings when the desk closes is
// hung up.
func (l *line) Dial(ctx context.Context, number callback.Phone) (callback.DialResult, error) {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return callback.DialResult{}, callback.Errorf(callback.CodeInvalid, "the desk is closing")
	}
	l.calls.Add(1)
	l.mu.Unlock()
	defer l.calls.Done()
	if l.noPhone != nil {
		return callback.DialResult{}, l.noPhone
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(l.ringing, cancel)
	defer stop()
	return l.phone.Dial(ctx, number)
}
