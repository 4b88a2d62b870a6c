package month

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"ringback/callback"
)

// again is a customer's answer to a second survey.
type again struct {
	p *person
	// at is when they answered, comes when the house hears of it.
	at, comes time.Time
	score     int
	asked     bool
	// known tells that the row has the customer's number in the source; else only name and phone tell who they are.
	known bool
	// number is a new phone number that comes with it, lost that it does not.
	number string
	lost   bool
}

// The model of second answers.
const (
	answersAgain = 0.45 // of the customers, each once
	asksAgain    = 0.20 // of those
	comesLate    = 0.20 // of those, by up to three days
	hasNoRef     = 0.30 // of those
	newNumber    = 0.20 // of those, and all whom the number of the source does not lead to
	ringsFirst   = 0.50 // of those have rung from it before
)

// secondSurveys draws who answers again: at least half a day after the first time, and until the team has half of its rest
// before it, so that it can still call them all. Whoever has no number of theirs hears of no survey.
func secondSurveys(rng *rand.Rand, people []*person, share float64, until time.Time) []again {
	var out []again
	for _, p := range people {
		from := p.at.Add(12 * time.Hour)
		if !from.Before(until) || rng.Float64() >= share {
			continue
		}
		x := again{
			p: p, at: from.Add(time.Duration(rng.Int64N(int64(until.Sub(from))))), score: rng.IntN(11),
			asked: rng.Float64() < asksAgain, known: rng.Float64() >= hasNoRef,
		}
		if rng.Float64() < newNumber || p.dead || p.stranger {
			x.number = p.other
		}
		x.comes = x.at
		if rng.Float64() < comesLate {
			x.comes = x.at.Add(time.Duration(rng.Int64N(int64(72 * time.Hour))))
		}
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b again) int { return cmp.Or(a.comes.Compare(b.comes), cmp.Compare(a.p.n, b.p.n)) })
	return out
}

func (x again) row() callback.Intake {
	first := *x.p
	first.at, first.score, first.asked = x.at, x.score, x.asked
	r := first.row()
	r.ExternalID += "-again"
	r.Comment = "Here I am once more."
	if !x.known {
		r.Person.Ref = ""
	}
	if x.number != "" && !x.lost {
		r.Person.Phone, r.Person.Phones = x.number, []callback.PersonPhone{{Number: x.p.number}}
	}
	return r
}

// hear takes in the second answers that have come by now, one by one, and has the auditor look at what became of each.
func (m *month) hear() {
	m.t.Helper()
	for len(m.second) > 0 && !m.second[0].comes.After(m.h.now) {
		x := m.second[0]
		m.second = m.second[1:]
		before := append(m.casesOf(x.p), m.turnsOut(x)...)
		report, err := m.h.s.Intake(m.t.Context(), "main", callback.IntakeBatch{Rows: []callback.Intake{x.row()}})
		m.h.ok(err)
		r := report.Results[0]
		m.a.heard(x, before, r)
		if m.a.owed(x) && slices.ContainsFunc(before, func(c callback.Case) bool { return c.ID == r.CaseID && c.State.Open() }) {
			m.a.enters(r.CaseID, x.score, m.h.now)
		}
		if r.Opened {
			x.p.at, x.p.score, x.p.asked = x.at, x.score, x.asked
			m.opens(r.CaseID, x.p)
		}
		if x.number != "" {
			after := m.casesOf(x.p)
			m.a.joined(x.p, before, after)
			if opened(after) != "" {
				m.a.gave(x.p, x.number, m.h.now)
			}
		}
	}
}

// turnsOut lets somebody who rang from a new number turn out to be the customer who brings it now, and gives the cases of theirs.
func (m *month) turnsOut(x again) []callback.Case {
	m.t.Helper()
	seemed := m.seemed[x.p]
	if x.number == "" || seemed == nil {
		return nil
	}
	theirs := m.casesOf(seemed)
	delete(m.seemed, x.p)
	m.a.joins(seemed, x.p)
	for _, id := range seemed.cases {
		m.byCase[id] = x.p
		x.p.cases = append(x.p.cases, id)
	}
	return theirs
}

// opens notes a case that an answer has opened.
func (m *month) opens(id string, p *person) {
	m.byCase[id] = p
	p.cases = append(p.cases, id)
	m.a.opened(id, p)
}

// casesOf gives a customer's cases as the server holds them.
func (m *month) casesOf(p *person) []callback.Case {
	m.t.Helper()
	var out []callback.Case
	for _, id := range p.cases {
		c, err := m.h.s.Case(m.t.Context(), m.h.boss, id)
		m.h.ok(err)
		out = append(out, c)
	}
	return out
}

// opened gives the open one of a customer's cases, or nothing.
func opened(cases []callback.Case) string {
	for _, c := range cases {
		if c.State.Open() {
			return c.ID
		}
	}
	return ""
}

// secondly says for the report what became of the second answers.
func (a *auditor) secondly() string {
	g := a.again
	return fmt.Sprintf("%d; %d opened a case, %d joined an open one, %d came in a cool-off, %d say how the call worked or ask for none", g.all, g.opened, g.joined, g.cooled, g.kept)
}
