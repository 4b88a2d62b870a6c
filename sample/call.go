package sample

import (
	"math"
	"time"

	"ringback/callback"
)

// mind is what is going on at the customer's end.
type mind struct {
	root callback.RootCause
	lang string
	// easy tells that the customer usually picks up; firm that the number
	// belongs to a business.
	easy, firm bool
	// must, if not empty, is how the call has to end, and when what is agreed
	// in it is due. Parts of today's queue need that.
	must callback.Disposition
	when time.Time
}

// caller plays both ends of a call.
type caller struct {
	d     dice
	r     *reader
	notes *book
	k     clock
	// owed is how many scores of each sort are still owed to the weights: of
	// detractors first, then of the others.
	owed [2][3]float64
}

func newCaller(d dice, p callback.Policy) *caller {
	return &caller{d: d, r: newReader(d), notes: library()["agents"], k: newClock(p)}
}

// call plays a call that begins at start, by the server's clock.
func (k *caller) call(c callback.Case, w worker, m mind, start time.Time) *callback.CallRecorded {
	r := &callback.CallRecorded{
		AttemptID: k.d.uuid(start), Number: c.Customer.Phone.E164, StartedAt: start.Add(-w.skew),
		Ring: k.d.between(4, 27), WrapUp: k.d.between(8, 45), Disposition: m.must,
	}
	if m.must == "" {
		r.Disposition = k.outcome(c, w, m, start)
	}
	rule, _ := r.Disposition.Rule()
	switch {
	case rule.Group == callback.GroupTalked:
		k.talk(r, c, w, m, start)
	case rule.To == callback.CallbackScheduled:
		r.Talk = k.d.between(20, 90)
		r.Callback = k.wish(c, r, m, start)
	case rule.Human:
		r.Talk = k.d.between(6, 75)
	case r.Disposition == callback.VoicemailLeft:
		r.Talk = k.d.between(14, 40)
	case r.Disposition == callback.NoAnswer:
		r.Ring = k.d.between(24, 48)
	}
	if r.Disposition == callback.LanguageBarrier && m.lang != "en" {
		r.Language = m.lang
	}
	if r.Note == "" && (rule.Note || k.d.chance(0.3)) {
		r.Note = k.r.line(k.notes, "note."+string(r.Disposition))
	}
	return r
}

// wish agrees a time to call back, within what is legal where the customer is
// and while the team works.
func (k *caller) wish(c callback.Case, r *callback.CallRecorded, m mind, start time.Time) *callback.CallbackWish {
	at := m.when
	if at.IsZero() {
		at = quarter(k.k.agreed(start.Add(k.d.span(2*time.Hour, 76*time.Hour)), c.Customer.Phone))
		at = quarter(k.k.agreed(at, c.Customer.Phone))
	}
	zone := ""
	if len(c.Customer.Phone.Zones) > 0 {
		zone = c.Customer.Phone.Zones[0]
	}
	return &callback.CallbackWish{At: at, Zone: zone, Anyone: r.Disposition == callback.CallbackAnyone}
}

// share is one way in which a call can end.
type share struct {
	d callback.Disposition
	w float64
}

func (k *caller) one(list []share) callback.Disposition {
	weights := make([]float64, len(list))
	for i, s := range list {
		weights[i] = s.w
	}
	return list[k.d.weighted(weights...)].d
}

// outcome decides how a call ends.
func (k *caller) outcome(c callback.Case, w worker, m mind, start time.Time) callback.Disposition {
	agreed := c.State == callback.CallbackScheduled
	if !k.d.chance(k.reach(c, w, m, start)) {
		return k.missed(c, m)
	}
	talk := 70.0
	if agreed {
		talk = 190
	}
	again := 1.0
	for _, a := range c.Attempts {
		if a.Disposition == callback.CallbackMine || a.Disposition == callback.CallbackAnyone {
			again /= 4
		}
	}
	if cb := c.Plan.Callback; agreed && cb != nil && cb.SetBy != w.ID {
		again = 0 // a second agent's later time would not replace the first one's
	}
	d := k.one([]share{
		{callback.TalkedResolved, talk},
		{callback.CallbackMine, 9 * again},
		{callback.CallbackAnyone, 5 * again},
		{callback.BadMoment, 4},
		{callback.PartialTalk, 2},
		{callback.SoftRefusal, 3},
		{callback.HardRefusal, 1.8},
		{callback.DoNotCall, 1.1},
		{callback.Vulnerable, 0.3},
	})
	if d == callback.TalkedResolved {
		return k.ending(c)
	}
	return d
}

// reach is the chance that the customer answers. Those who never pick up for
// unknown numbers make up about half; an agreed time changes that for
// everybody.
func (k *caller) reach(c callback.Case, w worker, m mind, start time.Time) float64 {
	p := 0.05
	if m.easy {
		p = 0.4
	}
	if cb := c.Plan.Callback; c.State == callback.CallbackScheduled && cb != nil {
		p = 0.86
		if start.Sub(cb.At) > 30*time.Minute {
			p = 0.6
		}
	}
	if zones := c.Customer.Phone.Zones; len(zones) > 0 && start.In(location(zones[0])).Hour() >= 17 {
		p *= 1.1
	}
	return min(0.95, p*w.reach)
}

// missed decides how a call ends that does not reach the right person.
func (k *caller) missed(c callback.Case, m mind) callback.Disposition {
	voicemail, third, left, foreign := 20.0, 5.0, 0.0, 0.0
	first := 1.0
	for _, a := range c.Attempts {
		first = 0.3
		if a.Disposition == callback.VoicemailLeft {
			voicemail = 0
		}
	}
	if m.firm {
		third, left = 12, 1.2
	}
	if m.lang != "en" {
		foreign = 1.5
	}
	return k.one([]share{
		{callback.NoAnswer, 48},
		{callback.VoicemailLeft, voicemail},
		{callback.VoicemailNone, 13},
		{callback.Busy, 6},
		{callback.TechnicalFailure, 2},
		{callback.ThirdParty, third},
		{callback.HungUp, 3},
		{callback.LanguageBarrier, foreign},
		{callback.WrongNumber, 1.6 * first},
		{callback.Disconnected, 1.6 * first},
		{callback.LeftCompany, left},
	})
}

// seconds gives a talk's length: most last a few minutes, some very long.
func (k *caller) seconds(mean float64) int {
	return int(min(2400, max(45, mean*math.Exp(0.55*k.d.NormFloat64()-0.15))))
}
