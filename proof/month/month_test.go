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
	// days is how long customers answer surveys.
	days int
	// rest is for how many days the team works on after that.
	rest                     int
	served, empty, conflicts int
}

// ring is a customer who will ring back.
type ring struct {
	at     time.Time
	p      *person
	caseID string
}

func newMonth(t testing.TB, rng *rand.Rand, people, days int) *month {
	t.Helper()
	h := newHouse(t, start)
	m := &month{t: t, rng: rng, h: h, byCase: map[string]*person{}, days: days, rest: untilOld}
	p, err := h.s.Policy(t.Context(), "main")
	h.ok(err)
	m.a = newAuditor(p, t.Errorf)
	for i, from := range []int{0, 4, 7, 8, 12, 13, 16, 20} {
		h.hire([]string{"anna", "boris", "chloe", "dmitri", "emeka", "fatima", "goran", "hanna"}[i], callback.RoleAgent, from, i%4 == 3)
	}
	h.hire(boss, callback.RoleSupervisor, 8, false)
	for n := range people {
		at := start.Add(time.Duration(rng.Int64N(int64(days) * int64(24*time.Hour))))
		m.people = append(m.people, newPerson(rng, n, at))
	}
	return m
}

// step is how far apart the moments of the simulation are.
const step = 5 * time.Minute

// live lets the days pass.
func (m *month) live() {
	m.t.Helper()
	arrived, end := 0, start.AddDate(0, 0, m.days+m.rest)
	arrivals := byTime(m.people)
	for m.h.now = start; m.h.now.Before(end); m.h.now = m.h.now.Add(step) {
		if arrived < len(arrivals) && m.h.now.Minute() == 0 {
			arrived += m.intake(arrivals[arrived:])
		}
		if m.h.now.Minute()%10 == 0 {
			m.h.ok(m.h.s.Tick(m.t.Context(), m.h.now))
		}
		for _, d := range m.h.desks {
			m.moment(d)
		}
		if m.h.now.Hour() == 3 && m.h.now.Minute() == 0 {
			m.a.nothingRots(m.h.cases(), m.h.now)
		}
		if m.t.Failed() && m.a.said > shown {
			break
		}
	}
}

// The auditor must see a team that works by no rules, or its silence proves nothing.
func TestAMonthWithoutRulesIsSeen(t *testing.T) {
	m := newMonth(t, rig.Chance(t), 40, 2)
	m.rest, m.a.tell = 4, func(string, ...any) {}
	lax := m.a.policy
	m.a.policy.Retry.PerPersonWeek = 4 // no policy may be laxer than seven
	always := callback.Span{From: 0, To: 24 * 60}
	week := [7][]callback.Span{{always}, {always}, {always}, {always}, {always}, {always}, {always}}
	lax.Retry.PerNumber = 40
	lax.Windows, lax.Legal, lax.Bands = []callback.Window{{Hours: week, Source: "none"}}, always, nil
	lax.Retry.Delays, lax.Retry.Again, lax.Retry.Backoff = nil, nil, []int{1}
	lax.Retry.MaxAttempts, lax.Retry.PerDay, lax.Retry.PerPersonWeek, lax.Retry.MinApart = 40, 40, 7, 0
	_, err := m.h.s.SetPolicy(t.Context(), "proof", "main", lax)
	m.h.ok(err)
	m.live()
	for _, rule := range []string{
		"legal hours", "calling window", "calls to a person in a week", "attempts of a case", "attempts of a day", "three hours apart",
	} {
		if m.a.broken[rule] == 0 {
			t.Errorf("the auditor does not see: %s", rule)
		}
	}
}
