package client

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"ringback/callback"
)

// Holder is what a desk keeps of cases that it does not see any more. They may
// have gone to others, or be erased; only the server knows.
type Holder interface {
	// Held names the cases.
	Held() ([]string, error)
	// Shred destroys what is kept of cases that were erased.
	Shred(ids []string) error
}

// heldEvery is how often the server is asked about held cases, besides after
// each snapshot.
const heldEvery = 6 * time.Hour

// askHeld asks the server which of the held cases were erased, when it is time
// to.
func (s *Syncer) askHeld(ctx context.Context, snapshot bool) error {
	now := s.client.now()
	if s.opt.Held == nil || !snapshot && now.Sub(s.asked) < heldEvery {
		return nil
	}
	ids, err := s.opt.Held.Held()
	if err != nil {
		return local("list held cases", err)
	}
	for len(ids) > 0 {
		n := min(len(ids), callback.MaxHeldCases)
		gone, err := s.client.ErasedAmong(ctx, ids[:n])
		if callback.CodeOf(err) == callback.CodeNotFound {
			return nil // an older server, which erases nothing
		}
		if err != nil {
			return err
		}
		ids = ids[n:]
		if len(gone) == 0 {
			continue
		}
		if err := s.opt.Held.Shred(gone); err != nil {
			return local("destroy erased cases", err)
		}
	}
	s.asked = now
	return nil
}

// ErasedAmong asks which of some cases were erased.
func (c *Client) ErasedAmong(ctx context.Context, ids []string) ([]string, error) {
	var reply callback.ErasedCases
	_, err := c.call(ctx, request{verb: http.MethodPost, path: "/v1/erasures/held", body: callback.HeldCases{Held: ids}, again: true, syncs: true}, &reply)
	return reply.Erased, err
}

// Erase has a person's data erased, everywhere and for good.
func (c *Client) Erase(ctx context.Context, r callback.EraseRequest) (callback.ErasureReport, error) {
	var report callback.ErasureReport
	_, err := c.call(ctx, request{verb: http.MethodPost, path: "/v1/erasures", body: r, wait: waitIntake, limit: maxReport}, &report)
	if err == nil && report.At.IsZero() {
		err = c.garbled(fmt.Errorf("the erasure has no time"))
	}
	return report, err
}

// Erasures lists what was erased, and the desks that have not confirmed it.
func (c *Client) Erasures(ctx context.Context) (callback.ErasureStatus, error) {
	var status callback.ErasureStatus
	_, err := c.call(ctx, request{verb: http.MethodGet, path: "/v1/erasures", limit: maxReport}, &status)
	return status, err
}
