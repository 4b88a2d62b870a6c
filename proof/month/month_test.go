package month

import (
	"math/rand/v2"
	"testing"
	"time"

	"ringback/callback"
	"ringback/proof/rig"
)

func TestMain(m *testing.M) { rig.Main(m, nil) }

// A month in small: what the soak does with two thousand customers, with a hundred who answer within twelve days.
func TestMonth(t *testing.T) { newMonth(t, rig.Chance(t), 100, 12).pass() }

// pass lets the month pass and holds it against its promises.
func (m *month) pass() {
	m.t.Helper()
	m.live()
	m.settle()
}

// start is a Sunday before the clocks of North America (8 March) and of Europe (29 March) change.
var start = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// untilOld is for how many days the team works on after the last customer answered, so that the youngest cases come to
// their age limit.
const untilOld = 31

// month is the simulation.
type month struct {
	t       testing.TB
	rng     *rand.Rand
	h       *house
	a       *auditor
	people  []*person
	byCase  map[string]*person
	ringing []ring
	// second are the answers to a second survey that have not come yet.
	second []again
	// outsiders are people without a survey; seemed are those who a customer with another number seems to be.
	outsiders []*person
	seemed    map[*person]*person
	// days is how long customers answer surveys.
	days int
	// after is for how many days the team works on after that.
	after int
	// Counted for the report, and to tell people apart.
	served, empty, conflicts, cuts, withheld int
	// diary tells every week of the month that has passed.
	diary bool
	// What mutants change: nobody ever says what became of a promise; whoever said never again is called all the same; every talk ends so.
	forgetful, reckless bool
	// outgoing is in how many of their moments agents call outside the queue.
	outgoing float64
	always   callback.Disposition
}

// ring is a customer who will ring back.
type ring struct {
	at time.Time
	p  *person
}

func newMonth(t testing.TB, rng *rand.Rand, people, days int) *month {
	t.Helper()
	h := newHouse(t, start)
	m := &month{t: t, rng: rng, h: h, byCase: map[string]*person{}, seemed: map[*person]*person{}, days: days, after: untilOld, outgoing: callsOutside}
	p, err := h.s.Policy(t.Context(), "main")
	h.ok(err)
	m.a = newAuditor(p, t.Errorf)
	for i, from := range []int{0, 4, 7, 8, 12, 13, 16, 20} {
		h.hire([]string{"anna", "boris", "chloe", "dmitri", "emeka", "fatima", "goran", "hanna"}[i], callback.RoleAgent, from, i%4 == 3)
	}
	h.hire(boss, callback.RoleSupervisor, 8, false)
	for _, d := range h.desks {
		d.m = m
	}
	for n := range people {
		at := start.Add(time.Duration(rng.Int64N(int64(days) * int64(24*time.Hour))))
		m.people = append(m.people, newPerson(rng, n, at))
	}
	m.second = secondSurveys(rng, m.people, answersAgain, start.AddDate(0, 0, days+untilOld/2))
	m.ringing = m.callers(rng, days+untilOld/2)
	return m
}

// step is how far apart the moments of the simulation are.
const step = 5 * time.Minute

// live lets the days pass.
func (m *month) live() {
	m.t.Helper()
	arrived, end := 0, start.AddDate(0, 0, m.days+m.after)
	arrivals := byTime(m.people)
	for m.h.now = start; m.h.now.Before(end); m.h.now = m.h.now.Add(step) {
		if arrived < len(arrivals) && m.h.now.Minute() == 0 {
			arrived += m.intake(arrivals[arrived:])
		}
		if m.h.now.Minute() == 0 {
			m.hear()
		}
		if m.h.now.Minute()%10 == 0 {
			m.h.ok(m.h.s.Tick(m.t.Context(), m.h.now))
		}
		for _, d := range m.h.desks {
			m.moment(d)
		}
		m.leave()
		if m.h.now.Hour() == 3 && m.h.now.Minute() == 0 {
			all := m.h.cases()
			m.a.looksAtAll(all, m.byCase, m.h.now)
			if m.diary && m.h.now.Weekday() == time.Sunday {
				m.t.Logf("%s: %d cases, %d claims", m.h.now.Format("2 January"), len(all), m.served)
			}
		}
		if m.a.said > shown && !m.a.patient {
			break
		}
	}
}

// What cannot go wrong in a month, since the server sees to it, is shown to the auditor as it would look.
func TestTheAuditorSeesWhatWaitsForAPerson(t *testing.T) {
	now := time.Date(2026, 3, 10, 3, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	ended := ago(time.Hour)
	for rule, c := range map[string]callback.Case{
		"missed callbacks": {State: callback.CallbackScheduled, Plan: callback.Plan{Callback: &callback.Callback{At: ago(time.Hour), Owner: "anna"}}},
		"overdue promises": {State: callback.InProgress, Promises: []callback.Promise{{Status: callback.PromiseOpen, Due: ago(2 * time.Hour)}}},
		"escalation's deadline": {State: callback.Closed, Escalations: []callback.Escalation{
			{At: ago(48 * time.Hour), Due: ago(time.Hour), Outcome: callback.OutcomeResolved, EndedAt: &ended},
		}},
		"open escalations":      {State: callback.Escalated, Escalations: []callback.Escalation{{At: ago(80 * time.Hour), Due: ago(56 * time.Hour)}}},
		"resolved escalations":  {State: callback.RetryWait, Round: 1, Escalations: []callback.Escalation{{At: ago(3 * time.Hour), Due: now.Add(21 * time.Hour), Outcome: callback.OutcomeResolved, EndedAt: &ended}}},
		"returned escalations":  {State: callback.InProgress, Escalations: []callback.Escalation{{At: ago(3 * time.Hour), Due: now.Add(21 * time.Hour), Outcome: callback.OutcomeReturned, EndedAt: &ended}}},
		"cases of whoever left": {State: callback.InProgress, Plan: callback.Plan{Owner: leaver}},
		"attempts within ten working days": {State: callback.RetryWait, Plan: callback.Plan{NotBefore: now.AddDate(0, 0, 20), Reason: "No answer; try again."}, Attempts: []callback.Attempt{
			{Disposition: callback.NoAnswer, At: ago(24 * time.Hour)},
		}},
	} {
		a := newAuditor(callback.DefaultPolicy("main"), func(string, ...any) {})
		a.floor.left[leaver] = ago(24 * time.Hour)
		a.nightly([]callback.Case{c}, nil, now)
		if a.broken[rule] == 0 || len(a.broken) > 1 {
			t.Errorf("%s: the auditor sees %v", rule, a.broken)
		}
	}
	a := newAuditor(callback.DefaultPolicy("main"), func(string, ...any) {})
	mine := callback.Case{State: callback.CallbackScheduled, Plan: callback.Plan{Callback: &callback.Callback{At: now, Owner: "anna"}}}
	a.colleagues(mine, "anna", now)
	if a.colleagues(mine, "boris", now.Add(31*time.Minute)); len(a.broken) > 0 {
		t.Errorf("what is right is seen as wrong: %v", a.broken)
	}
	if a.colleagues(mine, "boris", now.Add(29*time.Minute)); a.broken["a colleague's callback"] == 0 {
		t.Error("the auditor does not see a callback of a colleague")
	}
}
