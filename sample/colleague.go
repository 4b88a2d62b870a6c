package sample

import (
	"math/rand/v2"
	"time"

	"ringback/callback"
)

// Colleague is another agent of the team who works on, so that things move
// while somebody tries the program. It only decides; the loader claims the
// case, sends the facts and waits.
type Colleague struct {
	worker worker
	k      *caller
	year   Year
}

// Colleague gives a colleague by an agent's id. All its chances come from rng,
// the ids of its attempts too, so a seed that was used before must not be used
// again on the same server. ok is false if there is no such agent.
func (y Year) Colleague(agent string, rng *rand.Rand) (c *Colleague, ok bool) {
	for _, w := range staff {
		if w.ID == agent && w.Role == callback.RoleAgent {
			w.skew = 0
			return &Colleague{worker: w, k: newCaller(dice{rng}, y.Team(w.Team).Policy), year: y}, true
		}
	}
	return nil, false
}

// Agent is the colleague's id.
func (c *Colleague) Agent() string { return c.worker.ID }

// Pick chooses what to work on next from a page of the queue: mostly the first
// case that may be called now, sometimes one of the next. ok is false if
// there is none.
func (c *Colleague) Pick(rows []callback.QueueRow) (row callback.QueueRow, ok bool) {
	var ready []callback.QueueRow
	for _, r := range rows {
		if r.Ready {
			ready = append(ready, r)
		}
	}
	if len(ready) == 0 {
		return callback.QueueRow{}, false
	}
	return ready[min(len(ready)-1, c.k.d.weighted(70, 15, 10, 5))], true
}

// Work gives what the colleague records on a case, having just dealt with it
// at now: a call that ended now, or what became of a promise that is due.
// It is nothing for a case that is not an agent's to work. The facts lack
// their event ids.
func (c *Colleague) Work(cs callback.Case, now time.Time) []callback.Fact {
	if !cs.State.Open() || cs.State == callback.Escalated || !cs.Customer.Phone.Known() {
		return nil
	}
	var what callback.Payload
	if open := firstOpen(cs); cs.State == callback.InProgress && open != nil {
		status, words := callback.PromiseDone, "settled.kept"
		if now.After(open.Due) && !c.k.d.chance(keptShare) {
			status, words = callback.PromiseBroken, "settled.broken"
		}
		what = &callback.PromiseSettled{PromiseID: open.ID, Status: status, Note: c.k.r.line(c.k.notes, words)}
	} else {
		r := c.k.call(cs, c.worker, c.mind(cs), now)
		r.StartedAt = now.Add(-time.Duration(r.Ring+r.Talk+r.WrapUp) * time.Second).UTC().Truncate(time.Millisecond)
		what = r
	}
	return []callback.Fact{{CaseID: cs.ID, Fence: cs.Fence, Payload: what}}
}

// mind knows the customers of the year, and guesses about others, those of a
// year made at another minute among them.
func (c *Colleague) mind(cs callback.Case) mind {
	r := cs.Opening()
	if a := c.year.byID[r.ExternalID]; a != nil && r.Source == Source && a.AnsweredAt.Equal(r.AnsweredAt) {
		return mind{root: a.root, lang: a.customer.lang, easy: a.easy, firm: a.Person.Account != ""}
	}
	m := mind{lang: cs.Opening().Language, easy: c.k.d.chance(easyShare), firm: cs.Customer.Account != ""}
	m.root = callback.RootCause{Driver: "other"}
	if cs.Root != nil {
		m.root = *cs.Root
	}
	if m.lang == "" {
		m.lang = "en"
	}
	return m
}
