package main

import (
	"context"
	"time"

	"ringback/callback"
	"ringback/client"
)

// instant is the present moment by all clocks of the machine.
func (a *app) instant() callback.Instant {
	at := callback.Instant{Wall: a.now().UTC()}
	at.Boot, at.Up = uptime()
	return at
}

// packs takes cases along to work without a connection, and gives them back.
type packs struct {
	desk   *desk
	claims *client.Claims
}

func newPacks(a *app, d *desk) *packs {
	return &packs{desk: d, claims: client.NewClaims(d.client, nil, a.instant)}
}

// Take implements ui.Packs. size of 0 means the policy's.
func (p *packs) Take(ctx context.Context, size int, until time.Time) (callback.Pack, error) {
	policy, err := p.desk.store.Policy()
	if err != nil {
		return callback.Pack{}, err
	}
	if size <= 0 {
		size = policy.Leases.PackSize
	}
	leases, err := p.claims.Pack(ctx, size, until, p.desk.store.Skew())
	if err != nil {
		return callback.Pack{}, err
	}
	if err := p.desk.store.SaveLeases(leases); err != nil {
		return callback.Pack{}, err
	}
	return p.desk.store.Pack()
}

// Pack implements ui.Packs.
func (p *packs) Pack() (callback.Pack, error) { return p.desk.store.Pack() }

// Return implements ui.Packs: the desk stops counting on the cases at once; the
// server is told now, or as soon as it answers. No case named means all.
func (p *packs) Return(ctx context.Context, cases ...string) (returned int, err error) {
	wanted := map[string]bool{}
	for _, id := range cases {
		wanted[id] = true
	}
	var ids []string
	for _, l := range p.desk.store.Leases() {
		if !l.Pack.IsZero() && (len(cases) == 0 || wanted[l.CaseID]) {
			ids = append(ids, l.ID)
		}
	}
	if err := p.desk.store.ReturnLeases(ids...); err != nil {
		return 0, err
	}
	return len(ids), p.giveBack(ctx)
}

// giveBack tells the server of the cases that this desk needs no more: those
// that were returned, and those whose time is over here. Without an answer they
// wait, and lapse by the server's clock.
func (p *packs) giveBack(ctx context.Context) error {
	for _, l := range p.desk.store.LeasesBack() {
		err := p.claims.Release(ctx, l.ID)
		switch callback.CodeOf(err) {
		case "", callback.CodeNotFound, callback.CodeConflict, callback.CodeForbidden:
			// Given back, or not ours any more.
		case callback.CodeUnreachable, callback.CodeBusy:
			return nil
		default:
			return err
		}
		if err := p.desk.store.DropLeases(l.ID); err != nil {
			return err
		}
	}
	return nil
}

// backEvery is how often the desk looks for cases to give back.
const backEvery = 20 * time.Second

// run gives back what is due until ctx ends: after what was recorded has been
// sent, and when the shift is over.
func (p *packs) run(ctx context.Context) {
	t := time.NewTicker(backEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		if up := p.desk.syncer.Status().State; up == callback.LinkLive || up == callback.LinkPolling {
			// A failure is no more than a delay: it is tried again, and the
			// lease ends by itself.
			_ = p.giveBack(ctx)
		}
	}
}
