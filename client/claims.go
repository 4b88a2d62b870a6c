package client

import (
	"context"
	"errors"
	"time"

	"ringback/callback"
)

const (
	// claimWait bounds what a claim may take: an agent who waits to dial must
	// not wait for a dead network. Without a lease the call goes on, and the
	// server's fences rule afterwards.
	claimWait = 2 * time.Second
	// renewMin and renewMax bound the time between renewals; within them it
	// is a third of the lease.
	renewMin, renewMax = 5 * time.Second, 5 * time.Minute
	// packWait bounds what taking a day pack may take: an agent waits for it
	// knowingly, and the server takes a case after another.
	packWait = 30 * time.Second
)

// Ticker gives ticks every d until stop is called.
type Ticker func(d time.Duration) (ticks <-chan time.Time, stop func())

// Claims keeps leases while a call lasts. It never holds up a call: each
// method answers within about two seconds.
type Claims struct {
	client *Client
	ticker Ticker
	clock  func() callback.Instant
}

// NewClaims makes the helper; a nil ticker means time.NewTicker. clock tells a
// moment by all clocks of the machine, from which leases are counted; nil means
// the client's own time.
func NewClaims(c *Client, ticker Ticker, clock func() callback.Instant) *Claims {
	if clock == nil {
		clock = func() callback.Instant { return callback.Instant{Wall: c.now()} }
	}
	if ticker == nil {
		ticker = func(d time.Duration) (<-chan time.Time, func()) {
			t := time.NewTicker(d)
			return t.C, t.Stop
		}
	}
	return &Claims{client: c, ticker: ticker, clock: clock}
}

// Claim asks for the lease of a case. CodeConflict tells that someone else
// has it; CodeUnreachable that nobody could be asked, which does not forbid
// the call.
func (k *Claims) Claim(ctx context.Context, caseID string, purpose callback.LeasePurpose) (callback.Granted, error) {
	ctx, cancel := context.WithTimeout(ctx, k.client.patient(claimWait))
	defer cancel()
	asked := k.clock()
	reply, err := k.client.Claim(ctx, callback.ClaimRequest{CaseID: caseID, Purpose: purpose})
	if err != nil {
		return callback.Granted{}, err
	}
	for _, l := range reply.Leases {
		if l.CaseID == caseID && l.ID != "" {
			return callback.GrantedAt(l, reply.ServerTime, asked), nil
		}
	}
	return callback.Granted{}, k.client.garbled(errors.New("the claim gave no lease of the case"))
}

// Pack asks for up to n cases to take offline, so that the desk may count on
// them until a time of its own clock; behind is how far that clock is behind the
// server's. What the desk has taken before is among what it gets.
func (k *Claims) Pack(ctx context.Context, n int, until time.Time, behind time.Duration) ([]callback.Granted, error) {
	ctx, cancel := context.WithTimeout(ctx, k.client.patient(packWait))
	defer cancel()
	asked := k.clock()
	reply, err := k.client.Claim(ctx, callback.ClaimRequest{Pack: n, Until: callback.AskFor(until, asked.Wall, behind).UTC()})
	if err != nil {
		return nil, err
	}
	out := make([]callback.Granted, 0, len(reply.Leases))
	for _, l := range reply.Leases {
		if l.CaseID == "" || l.ID == "" {
			return nil, k.client.garbled(errors.New("a lease of the pack names no case"))
		}
		out = append(out, callback.GrantedAt(l, reply.ServerTime, asked))
	}
	return out, nil
}

// Keep renews a lease until ctx ends or the lease is gone. Only the server's
// word ends it: a renewal that gets no answer is tried again at the next tick,
// since the server may have heard it, and since only the server's clock knows
// the end. lost, which may be nil, is told why a lease is gone. The lease's
// purpose goes along: set it to LeaseInCall when the customer is dialled.
//
// Keep blocks; run it in a goroutine of its own while the call lasts.
func (k *Claims) Keep(ctx context.Context, l callback.Granted, lost func(error)) {
	ticks, stop := k.ticker(renewEvery(l.Lease))
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
		if err := k.renew(ctx, l.Lease); gone(err) {
			if lost != nil && ctx.Err() == nil {
				lost(err)
			}
			return
		}
	}
}

func (k *Claims) renew(ctx context.Context, l callback.Lease) error {
	ctx, cancel := context.WithTimeout(ctx, k.client.patient(claimWait))
	defer cancel()
	_, err := k.client.Renew(ctx, l.ID, l.Purpose)
	return err
}

// Release gives a lease back, also when the call's own ctx has ended. An error
// does no harm: the lease runs out by itself.
func (k *Claims) Release(ctx context.Context, leaseID string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), k.client.patient(claimWait))
	defer cancel()
	return k.client.Release(ctx, leaseID)
}

// renewEvery is how often to renew: often enough that two renewals may fail.
// Both times are the server's, so the desk's clock does not matter.
func renewEvery(l callback.Lease) time.Duration {
	return min(renewMax, max(renewMin, l.Until.Sub(l.Since)/3))
}

// gone tells whether an answer means that the lease is no longer ours.
func gone(err error) bool {
	switch callback.CodeOf(err) {
	case callback.CodeConflict, callback.CodeNotFound, callback.CodeForbidden, callback.CodeUnauthorized, callback.CodeRevoked, callback.CodeWipe:
		return errors.Is(err, errTold)
	}
	return false
}
