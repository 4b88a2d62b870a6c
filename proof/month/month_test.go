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
func TestMonth(t *testing.T) { newMonth(t, rig.Chance(t), 100, 12).live() }

// start is a Sunday before the clocks of North America (8 March) and of Europe (29 March) change.
var start = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// rest is for how many days the team works on after the last customer answered: until the youngest cases have come to
// their age limit.
const rest = 31

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
	days                     int
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
	m := &month{t: t, rng: rng, h: h, byCase: map[string]*person{}, days: days}
	p, err := h.s.Policy(t.Context(), "main")
	h.ok(err)
	m.a = newAuditor(t, p)
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
	arrived, end := 0, start.AddDate(0, 0, m.days+rest)
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
	m.settle()
}
