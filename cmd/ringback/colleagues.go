package main

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"ringback/callback"
	"ringback/sample"
)

// startColleagues lets the demo's other agents work, each at a desk of their
// own that speaks to the server as any desk does. done is closed when all have
// gone home.
func (a *app) startColleagues(ctx context.Context, report demoReport, except string, seed uint64) (done <-chan struct{}) {
	year := sample.Make(sample.Options{Seed: seed, Now: report.Made})
	started := uint64(a.now().UnixNano())
	var all sync.WaitGroup
	for i, u := range report.Users {
		if u.Role != callback.RoleAgent || u.ID == except {
			continue
		}
		rng := rand.New(rand.NewPCG(started, uint64(i)))
		who, ok := year.Colleague(u.ID, rng)
		if !ok {
			continue
		}
		all.Go(func() { a.colleague(ctx, report, u, who, rng) })
	}
	ch := make(chan struct{})
	go func() { all.Wait(); close(ch) }()
	return ch
}

// colleague works until ctx ends. What goes wrong at a make-believe desk is
// not the person's at the real one: the colleague just tries again later.
func (a *app) colleague(ctx context.Context, report demoReport, u demoUser, who *sample.Colleague, rng *rand.Rand) {
	own := &app{in: a.in, out: a.out, err: a.err, environ: a.environ, now: a.now, newID: a.newID, settings: a.settings}
	own.sitDown(report.Dir, u)
	for ctx.Err() == nil {
		if d, err := own.openDesk(ctx, 0); err == nil {
			own.shift(ctx, d, who, rng)
			_ = d.close()
		}
		pause(ctx, rng, 5*time.Second, 15*time.Second)
	}
}

// shift makes calls until something fails or ctx ends.
func (a *app) shift(ctx context.Context, d *desk, who *sample.Colleague, rng *rand.Rand) {
	line := newLine(ctx, a, d)
	defer line.releaseAll()
	for ctx.Err() == nil {
		if _, err := d.syncer.Once(ctx); err != nil {
			return
		}
		page, err := d.store.Queue(callback.QueueQuery{Limit: 30})
		if err != nil {
			return
		}
		pause(ctx, rng, 3*time.Second, 20*time.Second)
		row, ok := who.Pick(page.Rows)
		if !ok || ctx.Err() != nil {
			continue
		}
		if err := a.workCase(ctx, d, line, who, row.ID, rng); err != nil && callback.CodeOf(err) != callback.CodeConflict {
			return
		}
	}
}

func (a *app) workCase(ctx context.Context, d *desk, line *line, who *sample.Colleague, id string, rng *rand.Rand) error {
	lease, err := line.Claim(ctx, id, callback.LeasePreview)
	if err != nil {
		return err
	}
	pause(ctx, rng, 4*time.Second, 15*time.Second)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	v, err := d.store.Case(id)
	if err != nil {
		return err
	}
	for _, fact := range who.Work(v.Case, a.now()) {
		fact.Fence = lease.Fence
		if _, err := d.store.Record(fact); err != nil {
			return err
		}
	}
	if _, err := d.syncer.Once(ctx); err != nil {
		return err
	}
	return line.Release(ctx, id)
}

// pause waits a random while, or until ctx ends.
func pause(ctx context.Context, rng *rand.Rand, least, most time.Duration) {
	t := time.NewTimer(least + time.Duration(rng.Int64N(int64(most-least))))
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
