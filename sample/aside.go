package sample

import (
	"time"

	"ringback/callback"
)

// asides are what now and then happens to a case between two calls.
func (p *play) asides(f *file) {
	s := p.byID(f.c.Attempts[len(f.c.Attempts)-1].Agent)
	if s == nil {
		return
	}
	soon := f.last.Add(p.d.span(time.Minute, 9*time.Minute))
	switch {
	case p.d.chance(0.04):
		p.record(f, s, soon, &callback.NoteAdded{Text: p.k.r.line(p.k.notes, "extra")})
	case f.c.State == callback.InProgress && p.d.chance(0.07):
		p.record(f, s, soon, &callback.PromiseMade{Promise: callback.NewPromise{
			ID: p.d.uuid(soon), Text: p.k.r.line(p.k.notes, "promise."+f.mind.root.Driver), Owner: s.ID,
			Due: p.k.dueAfter(soon, p.d.span(24*time.Hour, 7*24*time.Hour)),
		}})
	case f.c.State == callback.CallbackScheduled && p.d.chance(0.08):
		p.moved(f, s)
	case f.c.State == callback.RetryWait && p.d.chance(0.006):
		p.record(f, s, soon, &callback.CaseEscalated{Reason: p.k.r.line(p.k.notes, "escalate")})
	case f.c.State == callback.RetryWait && p.d.chance(0.002):
		at := p.k.k.open(f.last.Add(p.d.span(time.Hour, 20*time.Hour)))
		p.record(f, p.boss, at, &callback.SuppressRequested{
			Reason: p.k.r.line(p.k.notes, "stop"), Number: f.c.Customer.Phone.E164,
		})
	}
}

// moved has the customer move an agreed call by mail.
func (p *play) moved(f *file, s *station) {
	old := f.c.Plan.Callback
	at := f.last.Add(p.d.span(20*time.Minute, 90*time.Minute))
	if p.k.k.open(at).After(at) || old.At.Sub(at) < 30*time.Minute || old.SetBy != s.ID {
		return
	}
	to := quarter(p.k.k.agreed(old.At.Add(p.d.span(time.Hour, 24*time.Hour)), f.c.Customer.Phone))
	p.record(f, s, at, &callback.CallbackSet{Callback: callback.CallbackWish{
		At: quarter(p.k.k.agreed(to, f.c.Customer.Phone)), Zone: old.Zone, Anyone: old.Owner == "",
	}})
}
