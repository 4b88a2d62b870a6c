package callback

import (
	"math"
	"sort"
)

// Board is the leaderboard and the conversion figures of a team over a
// period. Case figures are by the day of the response, activity by the day of
// the attempt.
type Board struct {
	Team string `json:"team,omitempty"`
	// From and To are days on the team's clock, both included; empty From
	// means all time.
	From string `json:"from,omitempty"`
	To   string `json:"to"`
	// Total counts the whole team.
	Total Counts `json:"total"`
	// Three denominators for the same recoveries (detractors who became
	// passive or promoter): the re-scored, the contacted, all eligible.
	Recovery Recovery `json:"recovery"`
	// ToPromoter counts full recoveries, detractor to promoter.
	ToPromoter Recovery `json:"to_promoter"`
	Coverage   Rate     `json:"coverage"`
	Contact    Rate     `json:"contact"`
	InTime     Rate     `json:"in_time"`
	Within     Rate     `json:"within"`
	Promises   Rate     `json:"promises_kept"`
	// Before and After are the NPS of the same people, those with both
	// scores; Lift is their difference. It is unadjusted: without a control
	// group, people drift back to the mean without a call.
	Before    Net        `json:"nps_before"`
	After     Net        `json:"nps_after"`
	Lift      Net        `json:"net_lift"`
	Standings []Standing `json:"standings"`
	// Answered is the share of escalations that a supervisor answered in time.
	Answered Rate `json:"escalations_in_time"`
	// Skips is what agents passed over; only supervisors are given it.
	Skips []SkipMix `json:"skips,omitempty"`
	// Trend is the recovery of the re-scored by week, oldest first.
	Trend []Week `json:"trend"`
}

// Recovery is one count of recoveries over the three denominators.
type Recovery struct {
	Rescored  Rate `json:"rescored"`
	Contacted Rate `json:"contacted"`
	Eligible  Rate `json:"eligible"`
}

// Standing is one agent's line on the board.
type Standing struct {
	Agent string `json:"agent"`
	Name  string `json:"name"`
	// Rank counts from 1; agents whose intervals overlap the one above share
	// its rank and are ties.
	Rank int  `json:"rank"`
	Tie  bool `json:"tie,omitempty"`
	// Few is set below MinStanding eligible detractors: shown, not ranked.
	Few bool `json:"few,omitempty"`
	// Score is the share of recovered among the agent's eligible detractors,
	// drawn toward the team's, with its 90 % interval. All 0–1.
	Score float64 `json:"score"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	// Raw is the same share as counted: unadjusted.
	Raw    Rate   `json:"raw"`
	Counts Counts `json:"counts"`
}

// Week is one point of the trend.
type Week struct {
	// Monday is the week's first day, "2026-11-16".
	Monday   string `json:"monday"`
	Recovery Rate   `json:"recovery"`
	Attempts int    `json:"attempts"`
}

// MinStanding is the number of eligible detractors below which an agent is
// not ranked.
const MinStanding = 10

// BoardOf sums days into a board. days may hold any dates; those outside the
// period are left out. name turns an agent's id into a name.
func BoardOf(from, to string, days []Day, name func(id string) string) Board {
	b := Board{From: from, To: to}
	byAgent, weeks := map[string]*Counts{}, map[string]*Counts{}
	for _, d := range days {
		if d.Date < from || to != "" && d.Date > to {
			continue
		}
		b.Total.Add(d.Counts, 1)
		sum(byAgent, d.Agent).Add(d.Counts, 1)
		sum(weeks, monday(d.Date)).Add(d.Counts, 1)
	}
	t := b.Total
	b.Recovery, b.ToPromoter = recoveryOf(t, Passive, Promoter), recoveryOf(t, Promoter)
	b.Coverage = RateOf(t.Attempted, t.Eligible)
	b.Contact = RateOf(t.Contacted, t.Attempted)
	b.InTime = RateOf(t.InTime, t.InTime+t.Late)
	b.Within = RateOf(t.Within, t.InTime+t.Late)
	b.Promises = RateOf(t.Kept, t.Kept+t.Broken)
	b.Before, b.After = pairedNPS(t)
	b.Lift = netOf(t.Lift, t.LiftSquares, b.Before.N, 200)
	b.Standings = standings(byAgent, t, name)
	b.Trend = trend(weeks)
	b.Answered = RateOf(t.AnsweredInTime, t.AnsweredInTime+t.AnsweredLate)
	b.Skips = skipMixes(byAgent, t, name)
	return b
}

func sum(m map[string]*Counts, k string) *Counts {
	if m[k] == nil {
		m[k] = &Counts{}
	}
	return m[k]
}

// recoveryOf counts detractors who moved to one of the categories.
func recoveryOf(c Counts, to ...Category) Recovery {
	d := Detractor.index()
	k, kc, rescored, contacted, eligible := 0, 0, 0, 0, 0
	for _, t := range to {
		k += c.Moves[d][t.index()]
		kc += c.MovesContacted[d][t.index()]
	}
	for j := range c.Moves[d] {
		eligible += c.Moves[d][j]
		contacted += c.MovesContacted[d][j]
		if j != Unscored.index() {
			rescored += c.Moves[d][j]
		}
	}
	return Recovery{RateOf(k, rescored), RateOf(kc, contacted), RateOf(k, eligible)}
}

// pairedNPS gives the NPS before and after of the people who have both scores.
func pairedNPS(c Counts) (before, after Net) {
	var n, pb, db, pa, da int
	for i, from := range Categories() {
		for j, to := range Categories() {
			k := c.Moves[i][j]
			if from == Unscored || to == Unscored {
				continue
			}
			n += k
			pb, db = pb+k*one(from == Promoter), db+k*one(from == Detractor)
			pa, da = pa+k*one(to == Promoter), da+k*one(to == Detractor)
		}
	}
	return NPSOf(pb, db, n), NPSOf(pa, da, n)
}

// priorWeight is how many cases the team's own share weighs in an agent's
// score: with fewer cases than this, the team speaks louder.
const priorWeight = 20

// z90 is the 95 % point of the normal distribution.
const z90 = 1.6448536269514722

// standings ranks agents by a share drawn toward the team's (the mean of a
// Beta posterior whose prior is the team), with a normal 90 % interval; equal
// places go to those whose intervals overlap the first of the group.
func standings(byAgent map[string]*Counts, team Counts, name func(string) string) []Standing {
	// One success and one failure more than counted (Laplace's rule), so that a
	// young team does not claim to know that nobody can be won back.
	all := recoveryOf(team, Passive, Promoter).Eligible
	prior := float64(all.K+1) / float64(all.N+2)
	out := make([]Standing, 0, len(byAgent))
	for agent, c := range byAgent {
		if agent == "" {
			continue
		}
		raw := recoveryOf(*c, Passive, Promoter).Eligible
		a := float64(raw.K) + prior*priorWeight
		n := float64(raw.N) + priorWeight
		s := Standing{Agent: agent, Name: agent, Score: a / n, Raw: raw, Counts: *c, Few: raw.N < MinStanding}
		if name != nil {
			s.Name = name(agent)
		}
		half := z90 * math.Sqrt(s.Score*(1-s.Score)/(n+1))
		s.Low, s.High = max(0, s.Score-half), min(1, s.Score+half)
		out = append(out, s)
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i], out[j]
		switch {
		case a.Few != b.Few:
			return b.Few
		case a.Score != b.Score:
			return a.Score > b.Score
		}
		return a.Agent < b.Agent
	})
	lead := 0
	for i := range out {
		if out[i].Few {
			continue
		}
		if i > 0 && out[i].High < out[lead].Low {
			lead = i
		}
		out[i].Rank = lead + 1
		if lead != i {
			out[i].Tie, out[lead].Tie = true, true
		}
	}
	return out
}

func trend(weeks map[string]*Counts) []Week {
	out := make([]Week, 0, len(weeks))
	for m, c := range weeks {
		out = append(out, Week{Monday: m, Recovery: recoveryOf(*c, Passive, Promoter).Rescored, Attempts: c.Attempts})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Monday < out[j].Monday })
	return out
}
