package callback

import (
	"cmp"
	"slices"
	"time"
)

// trialPeace is what a trial knows of customers who are left in peace: the
// answers whose fate hangs on it, and the peaces of closed cases.
type trialPeace struct {
	opening, kept []triedAnswer
	left          map[string][]triedPeace // by the customer's id
}

// triedAnswer is an answer that opened a case, or that came while its customer
// was left in peace.
type triedAnswer struct {
	r                       Response
	caseID, customer, whose string
	// counts tells which peaces the answer may have met.
	counts func(triedPeace) bool
}

// triedPeace is what a closed case leaves its customer under either policy;
// one without an end is none.
type triedPeace struct {
	id             string
	opened, closed time.Time
	now, next      Cooling
}

// AnswerTurned is an answer with which the changed policy would have dealt
// otherwise than the one in force.
type AnswerTurned struct {
	ResponseID string `json:"response_id"`
	// CaseID is the case that the answer opened, or the closed one that it was
	// kept with.
	CaseID   string `json:"case_id"`
	Customer string `json:"customer"`
	Score    *int   `json:"score"`
	// AnsweredAt is UTC.
	AnsweredAt time.Time `json:"answered_at"`
	// Cooling is the peace after a call, under the one of the two policies that
	// opens no case.
	Cooling Cooling `json:"cooling"`
}

// AddClosed takes note of a closed case: of the peace that it leaves its
// customer under both policies, and of the answers that opened no case because
// of one. Cases that are not closed, or whose customer was erased, are left out.
func (t *Trial) AddClosed(c Case) {
	if c.State != Closed || c.Closing == nil || c.Erased != nil {
		return
	}
	one := triedPeace{id: c.ID, opened: c.OpenedAt, closed: c.Closing.At}
	var is, would bool
	if one.now, is = t.now.Cooling(c); !is {
		one.now = Cooling{}
	}
	if one.next, would = t.next.Cooling(c); !would {
		one.next = Cooling{}
	}
	if is || would {
		t.peace.left[c.Customer.ID] = append(t.peace.left[c.Customer.ID], one)
	}
	for _, k := range c.Cooled {
		for _, r := range c.Responses {
			if r.ID == k.ResponseID {
				t.peace.kept = append(t.peace.kept, triedAnswer{r, c.ID, c.Customer.ID, c.Customer.Name, keptThen(k, r)})
			}
		}
	}
}

// opened takes note of an open case. One that a person opened owes nothing to
// an answer.
func (t *trialPeace) opened(c Case) {
	if len(c.Responses) == 0 || c.AdHoc != nil {
		return
	}
	t.opening = append(t.opening, triedAnswer{c.Opening(), c.ID, c.Customer.ID, c.Customer.Name, func(p triedPeace) bool {
		return !p.closed.After(c.OpenedAt)
	}})
}

// keptThen tells which peaces an answer may have met: that which is on record,
// and those of cases that were opened before it was given. When an answer came
// in is not on record.
func keptThen(k CooledOff, r Response) func(triedPeace) bool {
	return func(p triedPeace) bool { return p.id == k.CaseID || !p.opened.After(r.AnsweredAt) }
}

// WouldOpen lists the answers that opened no case, since their customers are
// left in peace, and that would have opened one under the changed policy; the
// first one given first. What is closed stays closed.
func (t *Trial) WouldOpen() []AnswerTurned {
	return t.turned(t.peace.kept, func(now, next fate) (Cooling, bool) { return now.cooling, now.cools && next.opens })
}

// WouldCool lists the answers that opened the cases which are open, and that
// the changed policy would have left in peace; the first one given first. Open
// cases stay open. Those that no stage would cover are counted by Unopened.
func (t *Trial) WouldCool() []AnswerTurned {
	return t.turned(t.peace.opening, func(now, next fate) (Cooling, bool) { return next.cooling, now.opens && next.cools })
}

// fate is what a policy makes of an answer.
type fate struct {
	opens, cools bool
	cooling      Cooling
}

func (p Policy) fateOf(r Response, peaces []Cooling) (f fate) {
	d := p.opens(r)
	f.cooling, f.cools = p.coolsFor(d, r, peaces)
	f.opens = d.Open && !f.cools
	return f
}

func (t *Trial) turned(list []triedAnswer, turns func(now, next fate) (Cooling, bool)) []AnswerTurned {
	out := []AnswerTurned{}
	for _, a := range list {
		if len(t.peace.left[a.customer]) == 0 {
			continue // there was no peace to meet
		}
		var now, next []Cooling
		for _, p := range t.peace.left[a.customer] {
			if !a.counts(p) {
				continue
			}
			if !p.now.Until.IsZero() {
				now = append(now, p.now)
			}
			if !p.next.Until.IsZero() {
				next = append(next, p.next)
			}
		}
		if k, is := turns(t.now.fateOf(a.r, now), t.next.fateOf(a.r, next)); is {
			out = append(out, AnswerTurned{a.r.ID, a.caseID, a.whose, a.r.Score, a.r.AnsweredAt, k})
		}
	}
	slices.SortFunc(out, func(a, b AnswerTurned) int {
		return cmp.Or(a.AnsweredAt.Compare(b.AnsweredAt), cmp.Compare(a.ResponseID, b.ResponseID))
	})
	return out
}
