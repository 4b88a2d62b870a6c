package sample

import (
	"time"

	"ringback/callback"
)

// keptShare is the share of promises that are kept.
const keptShare = 0.85

// promiseDay is when the first open promise is settled: before it is due if it
// is kept, some time after if it is not.
func (p *play) promiseDay(f *file) time.Time {
	open := firstOpen(f.c)
	if open == nil {
		return p.k.k.open(f.last.Add(time.Hour))
	}
	if p.d.chance(keptShare) {
		left := open.Due.Sub(f.last)
		return p.k.k.open(f.last.Add(left / 4).Add(p.d.span(0, left/2)))
	}
	return p.k.k.open(open.Due.Add(p.d.span(4*time.Hour, 40*time.Hour)))
}

func firstOpen(c callback.Case) *callback.Promise {
	var first *callback.Promise
	for i, pr := range c.Promises {
		if pr.Status == callback.PromiseOpen && (first == nil || pr.Due.Before(first.Due)) {
			first = &c.Promises[i]
		}
	}
	return first
}

// settle says what became of the first open promise, and asks for the score
// where that was left for this day.
func (p *play) settle(f *file) time.Time {
	if at := p.k.k.open(f.at); at.After(f.at) {
		return at.Add(p.d.about(20 * time.Minute))
	}
	open := firstOpen(f.c)
	if open == nil {
		p.record(f, p.boss, f.at, &callback.CaseClosed{Resolution: callback.EscalatedClosed})
		return time.Time{}
	}
	s := p.byID(open.Owner)
	if s == nil || !p.works(s, f.at) {
		if s = p.free(f, f.at); s == nil {
			return f.at.Add(time.Hour)
		}
	}
	status, words := callback.PromiseDone, "settled.kept"
	if f.at.After(open.Due) {
		status, words = callback.PromiseBroken, "settled.broken"
	}
	if last := f.c.LastRescore(); status == callback.PromiseDone && (last == nil || last.Answer == callback.NotAsked) && p.d.chance(0.6) {
		v := p.k.newScore(f.c, callback.TalkedPromise, s.win*1.15)
		p.record(f, s, f.at.Add(-time.Minute), &callback.ScoreRecorded{
			Role: callback.Rescore, CollectedBy: "agent:" + s.ID, Mode: "phone",
			Answer: callback.Answer{Answer: callback.Answered, Value: &v, Wording: p.team.Policy.Wording(f.mind.lang).ID},
		})
	}
	p.record(f, s, f.at, &callback.PromiseSettled{PromiseID: open.ID, Status: status, Note: p.k.r.line(p.k.notes, words)})
	switch f.c.State {
	case callback.InProgress:
		return p.promiseDay(f)
	case callback.Escalated:
		return p.k.k.open(f.last.Add(p.d.span(2*time.Hour, 30*time.Hour)))
	}
	return time.Time{}
}

// escalated has the supervisor settle what agents could not.
func (p *play) escalated(f *file) time.Time {
	if at := p.k.k.open(f.at); at.After(f.at) {
		return at.Add(p.d.about(20 * time.Minute))
	}
	res := callback.EscalatedClosed
	if firstOpen(f.c) != nil || len(f.c.Promises) > 0 && p.d.chance(0.6) {
		res = callback.PromiseBrokenClosed
	}
	p.record(f, p.boss, f.at.Add(-2*time.Minute), &callback.EscalationTaken{})
	p.record(f, p.boss, f.at, &callback.EscalationResolved{Resolution: res, Words: p.k.r.line(p.k.notes, "closed.escalated")})
	return time.Time{}
}

// review has the supervisor look at a case that was passed over too often: it
// is closed, or given to somebody.
func (p *play) review(f *file) time.Time {
	if at := p.k.k.open(f.at); at.After(f.at) {
		return at.Add(p.d.about(20 * time.Minute))
	}
	f.looked = true
	if p.d.chance(0.3) {
		p.record(f, p.boss, f.at, &callback.ReviewSettled{
			Resolution: callback.Duplicate, Words: p.k.r.line(p.k.notes, "closed.review"),
		})
		return time.Time{}
	}
	s := p.free(f, f.at)
	if s == nil {
		f.looked = false
		return f.at.Add(time.Hour)
	}
	p.record(f, p.boss, f.at, &callback.ReviewSettled{To: s.ID})
	return f.at.Add(p.d.span(time.Hour, 8*time.Hour))
}
