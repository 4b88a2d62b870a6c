package callback

import (
	"strings"
	"time"
)

// Rank is what the serving order needs to know of an open case: small, without
// personal data, and enough to order a hundred thousand cases without reading
// them. It is computed from the case once, and read at any time.
type Rank struct {
	State State
	Kind  Kind
	// AnsweredAt is when the customer answered: deadlines run from then on, and
	// of equals who answered first goes first. Due is the first attempt's
	// deadline; that of a case that was attempted is its closing. UTC.
	AnsweredAt, Due time.Time
	// NotBefore is the earliest time of the next attempt by the plan and the
	// caps; Cap tells which cap set it, if one did.
	NotBefore time.Time
	Cap       Cap
	Callback  time.Time
	Missed    bool
	// Owner is the agent whose case it is, or empty.
	Owner string
	// Holder has the lease until Held.
	Holder string
	Held   time.Time
	Region string
	Zones  []string
	// Callable is false when there is no number to dial.
	Callable bool
	Attempts int
	// Needs are what the policy asks of whoever calls.
	Needs []Need
	// Inputs of the score, each 0–1, but for SLA, which the clock gives.
	Severity, Value, Role, Reach, Repeat, Signal float64
}

// RankOf computes a case's rank. ok is false for cases that nobody will be
// served: those that are closed or suppressed.
func RankOf(p Policy, c Case) (r Rank, ok bool) {
	if !c.State.Open() {
		return Rank{}, false
	}
	return rankWith(p, c, signal(p, c.Response())), true
}

// rankWith computes an open case's rank of which the signal is known.
func rankWith(p Policy, c Case, signal float64) (r Rank) {
	resp := c.Response()
	r = Rank{
		State: c.State, Kind: c.Kind, AnsweredAt: resp.AnsweredAt, Due: c.Plan.FirstDue, NotBefore: c.Plan.NotBefore,
		Owner: c.Plan.Owner, Region: c.Customer.Phone.Region, Zones: c.Customer.Phone.Zones,
		Callable: c.Customer.Phone.Known(), Attempts: c.Counted(),
		Severity: severity(resp), Value: c.Customer.Value, Role: roleWeight(c.Customer.Role), Reach: reachability(c),
		Signal: signal,
	}
	if r.Value < 0 {
		r.Value = 0.5
	}
	if c.Customer.EarlierDetractor || c.brokenPromises() > 0 {
		r.Repeat = 1
	}
	if len(c.Attempts) > 0 {
		r.Due = c.Plan.CloseDue
	}
	if cb := c.Plan.Callback; c.State == CallbackScheduled && cb != nil && cb.Tried.IsZero() {
		r.NotBefore = time.Time{} // its own time says when
	}
	if until, by := p.rest(c, c.State == CallbackScheduled); until.After(r.NotBefore) {
		r.NotBefore, r.Cap = p.opensFrom(c.Customer.Phone, until), by
	}
	if _, late := p.PromiseOverdue(c); c.State == InProgress && p.exhausts(r.Attempts) && late.After(r.NotBefore) {
		r.NotBefore = late // nobody may call; until then its owner says what became of the promise
	}
	if c.State == InProgress && r.Owner == "" && p.exhausts(r.Attempts) {
		r.Owner = c.promiser() // a pool that may not call can do nothing
	}
	if cb := c.Plan.Callback; cb != nil {
		r.Callback, r.Missed = cb.At, cb.Missed
	}
	if c.Lease != nil {
		r.Holder, r.Held = c.Lease.Agent, c.Lease.Until
	}
	r.Needs = p.needs(c, r)
	return r
}

// severity is (6−score)/6 for detractors, 0.3 for passives and 0.5 for
// requests without a score (mission model §4.5).
func severity(r Response) float64 {
	switch r.Category() {
	case Detractor:
		return float64(6-*r.Score) / 6
	case Passive:
		return 0.3
	case Unscored:
		return 0.5
	}
	return 0
}

func roleWeight(r Role) float64 {
	switch r {
	case DecisionMaker:
		return 1
	case Influencer:
		return 0.6
	case EndUser:
		return 0.3
	}
	return 0.5
}

// reachability is the share of attempts on which somebody answered, smoothed
// with one success in two, so that nobody starts at 0 or 1.
func reachability(c Case) float64 {
	human := 0
	for _, a := range c.Attempts {
		if r, ok := a.Disposition.Rule(); ok && r.Human {
			human++
		}
	}
	return float64(human+1) / float64(len(c.Attempts)+2)
}

func signal(p Policy, r Response) float64 {
	comment := strings.ToLower(r.Comment)
	for _, w := range p.Signals {
		if w != "" && strings.Contains(comment, strings.ToLower(w)) {
			return 1
		}
	}
	return 0
}

func (c Case) brokenPromises() int {
	n := 0
	for _, p := range c.Promises {
		if p.Status == PromiseBroken {
			n++
		}
	}
	return n
}

// Tier is the first key of the serving order.
type Tier int

// The tiers, the most urgent first.
const (
	TierCallback Tier = iota
	TierRequest
	TierDeadline
	TierRest
	TierPromoter
)

// Words names a tier for a person.
func (t Tier) Words() string {
	return [...]string{"callback due", "asked for a call", "deadline near", "in turn", "courtesy calls"}[t]
}

// Place is where a case stands in the queue at an instant, and why.
type Place struct {
	Tier   Tier    `json:"tier"`
	Points float64 `json:"score"`
	// Early tells of an agreed call that its time has not come yet: it is served
	// from CallbackLead before, behind those that are due.
	Early bool `json:"early,omitempty"`
	// Ready tells that the case may be called now by the one who asked.
	Ready bool `json:"ready"`
	// Wait says what the case waits for, in plain words, when it is not ready.
	Wait string `json:"wait,omitempty"`
	// Cause sorts what it waits for, and Of names whom or where: a colleague's
	// id, the IANA zone whose hours are closed, a language or a skill.
	Cause WaitCause `json:"cause,omitempty"`
	Of    string    `json:"of,omitempty"`
	// At is when the case becomes ready, if that is known. UTC.
	At time.Time `json:"at,omitzero"`
	// Factors add up to Points.
	Factors []Factor `json:"factors,omitempty"`
}

// Factor is one input of a case's points.
type Factor struct {
	Name string `json:"name"`
	// Input is 0–1 (the number of attempts for that factor).
	Input  float64 `json:"input"`
	Weight float64 `json:"weight"`
	Points float64 `json:"points"`
}

// Place says where a case stands at an instant, as seen by an agent of whose
// team nothing is known.
func (r Rank) Place(p Policy, agent string, now time.Time) Place {
	return r.PlaceFor(p, Seat{Agent: agent}, now)
}

// PlaceFor says where a case stands at an instant, as seen by somebody on a
// team: cases that others own or hold wait for that agent, and those that ask
// for what they cannot are for others first.
func (r Rank) PlaceFor(p Policy, who Seat, now time.Time) Place {
	place := Place{Tier: r.tier(now)}
	place.Early = place.Tier == TierCallback && now.Before(r.Callback)
	place.Points = r.points(p, who, now, nil)
	w := r.waitNeed(who, now, r.wait(p, who.Agent, now))
	place.Wait, place.Cause, place.Of, place.At = w.words, w.cause, w.of, w.at
	place.Ready = w.cause == ""
	return place
}

// Explain is ExplainFor for an agent of whose team nothing is known.
func (r Rank) Explain(p Policy, now time.Time) []Factor { return r.ExplainFor(p, Seat{}, now) }

// ExplainFor gives the factors of a case's points at an instant. They add up to
// PlaceFor's Points. The factor match is there only if the case asks for
// something that somebody on the team can.
func (r Rank) ExplainFor(p Policy, who Seat, now time.Time) []Factor {
	var out []Factor
	r.points(p, who, now, func(f Factor) { out = append(out, f) })
	return out
}

// points is P = 30·sla + 20·severity + 20·value + 10·role + 10·reachability +
// 5·repeat + 5·signal − 4·attempts (mission model §4.5; weights by policy), and
// 10·match.
func (r Rank) points(p Policy, who Seat, now time.Time, each func(Factor)) float64 {
	w, total := p.Weights, 0.0
	add := func(name string, input, weight float64) {
		points := input * weight
		if points == 0 {
			points = 0 // not the −0 of a factor that takes away
		}
		total += points
		if each != nil {
			each(Factor{Name: name, Input: input, Weight: weight, Points: points})
		}
	}
	add("deadline", r.used(now), w.SLA)
	add("severity", r.Severity, w.Severity)
	add("value", r.Value, w.Value)
	add("role", r.Role, w.Role)
	add("reachability", r.Reach, w.Reach)
	add("repeat", r.Repeat, w.Repeat)
	add("signal", r.Signal, w.Signal)
	add("attempts", float64(r.Attempts), -w.Attempts)
	if fit := r.match(who); fit != 0 {
		add("match", fit, p.Routing.Weight)
	}
	return total
}

// used is the share of the time to the deadline that has passed, 0–1.
func (r Rank) used(now time.Time) float64 {
	whole := r.Due.Sub(r.AnsweredAt)
	if whole <= 0 {
		return 1
	}
	return min(1, max(0, float64(now.Sub(r.AnsweredAt))/float64(whole)))
}

func (r Rank) tier(now time.Time) Tier {
	switch {
	case !r.Callback.IsZero() && !now.Before(r.Callback.Add(-CallbackLead)):
		return TierCallback
	case r.Kind == KindRequest:
		return TierRequest
	case r.Kind == KindPromoter || r.Kind == KindPassive:
		return TierPromoter
	case r.used(now) > 0.75:
		return TierDeadline
	}
	return TierRest
}

// Before orders two places: ready cases by tier, then points; waiting ones by
// when they become ready, those without a time last. In the first tier who is
// due goes before who agreed to a time that has not come: calling the one early
// would keep the other waiting who was told when (mission model §4.3, §4.5).
func (a Place) Before(b Place) bool {
	if a.Ready != b.Ready {
		return a.Ready
	}
	if !a.Ready {
		if a.At.IsZero() != b.At.IsZero() {
			return b.At.IsZero()
		}
		if !a.At.Equal(b.At) {
			return a.At.Before(b.At)
		}
	}
	if a.Tier != b.Tier {
		return a.Tier < b.Tier
	}
	if a.Early != b.Early {
		return b.Early
	}
	return a.Points > b.Points
}
