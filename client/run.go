package client

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"ringback/callback"
)

const (
	// pollMin and pollMax bound the polling without a live line.
	pollMin, pollMax = 30 * time.Second, 60 * time.Second
	// restMin and restMax bound it with one, where it only makes up for a
	// bell that was lost, and while the server refuses the token.
	restMin, restMax = 4 * time.Minute, 6 * time.Minute
	// bellSpread spreads the desks that a bell calls.
	bellSpread = 500 * time.Millisecond
	// nudgeGap is kept between failed tries, however often the desk nudges,
	// and deniedGap between tries with a token that was refused.
	nudgeGap, deniedGap = time.Second, 30 * time.Second
	// heldBack is when to look again for events that the journal did not give
	// out yet, because they can still be undone; each time it doubles.
	heldBack = 3 * time.Second
	// greeting is how long a live line may stand before the server tells its
	// position; then the desk asks.
	greeting = 2 * time.Second
	// steady is how long a live line must stand to count as sound.
	steady = time.Minute
)

// Run keeps the desk in step until ctx ends: it syncs at once, then whenever
// the desk records something (Nudge), the server rings, or a while has
// passed; after failures it backs off. It returns when its goroutines have
// ended.
func (s *Syncer) Run(ctx context.Context) {
	var listener sync.WaitGroup
	listener.Go(func() { s.listen(ctx) })
	defer listener.Wait()
	fail, held := fullJitter(), heldBack
	for {
		report, err := s.Once(ctx)
		if ctx.Err() != nil {
			return
		}
		next := s.pace(err, fail)
		if err == nil {
			offer(s.online)
		}
		if err == nil && report.Pending > 0 {
			next.wait, held = min(next.wait, held), 2*held
		} else {
			held = heldBack
		}
		if !s.pause(ctx, next) {
			return
		}
	}
}

// pace is how long to wait for the next sync: not less than hold whatever
// happens, and not more than wait.
type pace struct{ hold, wait time.Duration }

// pace chooses the waits after a sync that ended with err.
func (s *Syncer) pace(err error, fail *backoff.ExponentialBackOff) pace {
	var asked *backoff.RetryAfterError
	switch {
	case err == nil && s.link.isLive():
		fail.Reset()
		return pace{wait: between(restMin, restMax)}
	case err == nil:
		fail.Reset()
		return pace{wait: between(pollMin, pollMax)}
	case errors.As(err, &asked):
		hold := between(asked.Duration, asked.Duration*5/4+time.Second)
		return pace{hold, hold}
	case s.link.isDenied():
		return pace{deniedGap, between(restMin, restMax)}
	}
	d := fail.NextBackOff()
	return pace{min(d, nudgeGap), d}
}

// fullJitter is exponential back-off where each wait is drawn evenly from 0 to
// its bound, 1 s at first and 60 s at last, so that desks that lost the server
// together do not come back together.
func fullJitter() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.RandomizationFactor, b.Multiplier, b.MaxInterval = 500*time.Millisecond, 1, 2, 30*time.Second
	b.Reset()
	return b
}

// pause waits and tells whether to go on.
func (s *Syncer) pause(ctx context.Context, p pace) bool {
	if !rest(ctx, p.hold) {
		return false
	}
	timer := time.NewTimer(p.wait - p.hold)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-timer.C:
			return true
		case <-s.nudge:
			return true
		case <-s.wake:
			return true
		case <-s.bell:
			if s.rung.Load() <= s.high.Load() {
				continue // our own change, come back
			}
			spread := time.NewTimer(rand.N(bellSpread))
			select {
			case <-ctx.Done():
			case <-spread.C:
			case <-s.nudge:
			}
			spread.Stop()
			return ctx.Err() == nil
		}
	}
}

// listen keeps the live line open while the server can be reached. It is a
// help and no more: without it the loop polls.
func (s *Syncer) listen(ctx context.Context) {
	fail := fullJitter()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.online:
		}
		opened := time.Now()
		err := s.hear(ctx)
		s.link.alive(false)
		if time.Since(opened) >= steady {
			fail.Reset()
		}
		if !rest(ctx, afterLine(err, fail)) {
			return
		}
		// Only a sync that works asks for the line again.
		select {
		case <-s.online:
		default:
		}
		offer(s.wake)
	}
}

// hear listens until the line breaks.
func (s *Syncer) hear(ctx context.Context) (err error) {
	defer s.recovered(&err)
	// What changed before the line stood is told by the first bell, or asked.
	ask := time.AfterFunc(time.Hour, func() { offer(s.wake) })
	defer ask.Stop()
	err = s.client.Stream(ctx, func() {
		s.link.alive(true)
		ask.Reset(greeting)
	}, func(b callback.Bell) {
		ask.Stop()
		if b.Pos == 0 {
			offer(s.wake)
			return
		}
		s.rung.Store(b.Pos)
		offer(s.bell)
	})
	if errors.Is(err, errSilent) {
		s.link.silent(s.client.host)
	}
	return err
}

// afterLine is how long to leave the live line alone: a server or proxy that
// has none is asked seldom.
func afterLine(err error, fail *backoff.ExponentialBackOff) time.Duration {
	var asked *backoff.RetryAfterError
	switch {
	case errors.As(err, &asked):
		return between(asked.Duration, asked.Duration*5/4+time.Second)
	case callback.CodeOf(err) == callback.CodeUnreachable, callback.CodeOf(err) == callback.CodeBusy:
		return fail.NextBackOff()
	}
	return between(restMin, restMax)
}

// rest sleeps and tells whether ctx still goes on.
func rest(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// between draws evenly from low to high.
func between(low, high time.Duration) time.Duration {
	if high <= low {
		return low
	}
	return low + rand.N(high-low)
}
