package month

import (
	"maps"
	"slices"
	"testing"
	"time"

	"ringback/callback"
	"ringback/proof/rig"
)

// mutant is a house that breaks a rule. The auditor goes by the true policy and by its own record, and must see it.
type mutant struct {
	name, rule string
	// policy is what the house takes for the policy.
	policy func(p *callback.Policy)
	// bend changes the month otherwise.
	bend func(m *month)
}

// always are hours without an end.
func always() []callback.Window {
	day := []callback.Span{{From: 0, To: 24 * 60}}
	return []callback.Window{{Hours: [7][]callback.Span{day, day, day, day, day, day, day}, Source: "none"}}
}

// hasty lets a case be tried again as soon as the caps allow, so that a few days show whether they hold.
func hasty(p *callback.Policy) {
	p.Retry.Delays, p.Retry.Again, p.Retry.Backoff, p.Retry.Rotate = map[callback.Disposition]int{}, nil, []int{1}, nil
}

// nobodyIn lets nobody pick up their phone.
func nobodyIn(m *month) {
	for _, p := range m.people {
		p.out = true
	}
}

var mutants = []mutant{
	{name: "one attempt too many", rule: "attempts of a case", bend: nobodyIn, policy: func(p *callback.Policy) { hasty(p); p.Retry.MaxAttempts++ }},
	{name: "one attempt too many in a day", rule: "attempts of a day", bend: nobodyIn, policy: func(p *callback.Policy) { hasty(p); p.Retry.PerDay++ }},
	{name: "any hour within the legal ones", rule: "calling window", policy: func(p *callback.Policy) { p.Windows = always() }},
	{name: "the same part of the day again", rule: "part of the day", bend: nobodyIn, policy: func(p *callback.Policy) { p.Retry.Rotate = nil }},
	{name: "never again, and called", rule: "do not call", bend: func(m *month) { m.reckless, m.outgoing, m.always = true, 0.1, callback.DoNotCall }},
	{name: "too old before anybody calls", rule: "coverage", policy: func(p *callback.Policy) { p.Retry.MaxAgeDays = 1 }},
	{
		name: "passed over for ever", rule: "review after three skips", policy: func(p *callback.Policy) { p.Retry.SkipsToReview = 1000 },
		bend: func(m *month) {
			for _, p := range m.people {
				p.avoided = true
			}
		},
	},
	{name: "anybody's language", rule: "who speaks the language", policy: func(p *callback.Policy) { p.Routing = callback.RoutingRules{} }},
}

// brief is a month of a few days, whose auditor keeps what they see to themself.
func brief(t *testing.T, people, after int) *month {
	t.Helper()
	m := newMonth(t, rig.Chance(t), people, 2)
	m.after, m.a.tell, m.a.patient = after, func(string, ...any) {}, true
	return m
}

// boardOf is the board of cases that somebody has changed.
func boardOf(all []callback.Case, change func(*callback.Case)) callback.Board {
	var days []callback.Day
	for _, c := range all {
		if change != nil {
			change(&c)
		}
		days = append(days, callback.Tally(c, time.UTC)...)
	}
	return callback.BoardOf("", "", days, nil)
}

// The auditor must see a house that breaks a rule, or its silence proves nothing.
func TestTheAuditorSeesRulesBroken(t *testing.T) { breaks(t, mutants, 16, 4) }

func breaks(t *testing.T, list []mutant, people, after int) {
	t.Helper()
	for _, x := range list {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			m := brief(t, people, after)
			if x.bend != nil {
				x.bend(m)
			}
			if x.policy != nil {
				wrong, err := m.h.s.Policy(t.Context(), "main")
				m.h.ok(err)
				x.policy(&wrong)
				_, err = m.h.s.SetPolicy(t.Context(), "proof", "main", wrong)
				m.h.ok(err)
			}
			m.live()
			m.judge(m.atRest(), m.board())
			if m.a.broken[x.rule] == 0 {
				t.Errorf("the auditor does not see it: %v", m.a.broken)
			}
			t.Logf("the auditor sees %v", slices.Sorted(maps.Keys(m.a.broken)))
		})
	}
}

// A board that counts wrongly is seen by an auditor who counts, too.
func TestTheAuditorSeesWrongBoards(t *testing.T) {
	t.Parallel()
	m := brief(t, 16, 4)
	m.outgoing = 0.2
	m.live()
	all := m.atRest()
	if m.judge(all, m.board()); len(m.a.broken) > 0 {
		t.Errorf("what is right is seen as wrong: %v", m.a.broken)
	}
	in := slices.IndexFunc(all, func(c callback.Case) bool { return c.AdHoc == nil })
	if in < 0 || !slices.ContainsFunc(all, func(c callback.Case) bool { return c.AdHoc != nil && len(c.Attempts) > 0 }) {
		t.Fatal("the month has no case of the queue, or none outside it")
	}
	ofReached := boardOf(all, nil)
	ofReached.Recovery.Eligible = ofReached.Recovery.Contacted
	for what, wrong := range map[string]callback.Board{
		"calls outside counted in":         boardOf(all, func(c *callback.Case) { c.AdHoc, c.Kind = nil, callback.KindDetractor }),
		"a case counted twice":             boardOf(append(slices.Clone(all), all[in]), nil),
		"a case that is lost":              boardOf(slices.Delete(slices.Clone(all), in, in+1), nil),
		"the share of the reached for all": ofReached,
	} {
		clear(m.a.broken)
		if m.a.figures(wrong, m.a.count(all)); m.a.broken["figures of the queue"] == 0 {
			t.Errorf("the auditor does not see %s", what)
		}
	}
}
