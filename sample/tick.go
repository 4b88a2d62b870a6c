package sample

import (
	"time"

	"ringback/callback"
)

// tick has the server's clock do its work on a case up to its next step, as far
// as agreed calls and owners are concerned; promises that are late are the
// agents' to tell of.
func (p *play) tick(f *file) {
	for range 20 {
		at, what := p.nextTick(f.c)
		if what == nil || at.After(f.at) {
			return
		}
		p.record(f, p.server, at, what)
	}
}

// nextTick is what the clock does first, and when.
func (p *play) nextTick(c callback.Case) (at time.Time, what callback.Payload) {
	rules := p.team.Policy
	first := func(t time.Time, payload callback.Payload) {
		if !t.IsZero() && (what == nil || t.Before(at)) {
			at, what = t, payload
		}
	}
	if cb := c.Plan.Callback; cb != nil {
		first(rules.MissedAt(c), &callback.CallbackMissed{At: cb.At})
		first(rules.LapsesAt(c), &callback.CallbackLapsed{At: cb.At})
	}
	first(rules.FreedAt(c), &callback.CaseFreed{Owner: c.Plan.Owner})
	return at, what
}

// used tells that a case may not be attempted again in this round; the
// supervisor ends it.
func (p *play) used(f *file) bool {
	stop := p.team.Policy.MayDial(f.c, f.at)
	return stop.Stops() && stop.At.IsZero()
}
