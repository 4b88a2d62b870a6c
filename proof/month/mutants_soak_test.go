//go:build soak

package month

import (
	"slices"
	"testing"

	"ringback/callback"
)

// moreMutants break what the short form leaves to the soak.
var moreMutants = []mutant{
	{
		name: "no peace after a talk", rule: "cool-off",
		policy: func(p *callback.Policy) { p.CoolOff = callback.CoolOffRules{Spare: []string{}, Survey: 1} },
		bend: func(m *month) {
			m.second = secondSurveys(m.rng, m.people, 1, start.AddDate(0, 0, m.days+m.after))
		},
	},
	{
		name: "a colleague's callback", rule: "a colleague's callback", policy: func(p *callback.Policy) { p.Callbacks.OpenToAnyone = 1 },
		bend: func(m *month) { m.always = callback.CallbackMine },
	},
	{name: "an hour too soon", rule: "three hours apart", bend: nobodyIn, policy: func(p *callback.Policy) { hasty(p); p.Retry.MinApart = 120 }},
	{
		name: "one call too many in a week", rule: "calls to a person in a week",
		policy: func(p *callback.Policy) { hasty(p); p.Retry.PerPersonWeek = 5 },
		bend:   func(m *month) { nobodyIn(m); m.a.policy.Retry.PerPersonWeek = 4 }, // no policy may allow more than the ceiling itself
	},
	{
		name: "any hour", rule: "legal hours",
		policy: func(p *callback.Policy) {
			p.Windows, p.Legal = always(), callback.Span{From: 0, To: 24 * 60}
		},
	},
	{name: "answers due too soon", rule: "escalation's deadline", bend: func(m *month) { m.always = callback.TalkedEscalated }, policy: func(p *callback.Policy) { p.Floor.Escalation-- }},
	{
		name: "promises that nobody asks after", rule: "overdue promises", policy: func(p *callback.Policy) { p.Floor.PromiseGrace = 9000 },
		bend: func(m *month) { m.forgetful, m.always = true, callback.TalkedPromise },
	},
	{
		name: "a right that ends while they talk", rule: "one at a time", policy: func(p *callback.Policy) { p.Leases.InCall = 1 },
		bend: func(m *month) { m.outgoing = 0.3 },
	},
	{
		name: "a new number that goes astray", rule: "a new number goes first",
		bend: func(m *month) {
			nobodyIn(m)
			m.second = secondSurveys(m.rng, m.people, 1, start.AddDate(0, 0, m.days+m.after-2))
			for i := range m.second {
				x := &m.second[i]
				x.number, x.lost, x.asked, x.known = x.p.other, true, true, true
			}
		},
	},
}

// Every rule that a soak has the time to break.
func TestSoakMonthBroken(t *testing.T) {
	breaks(t, append(slices.Clone(mutants), moreMutants...), 90, 6)
}
