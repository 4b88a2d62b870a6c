package callback

import (
	"sort"
	"time"
)

// Day is the counters of one agent on one day. Boards are sums of days; they
// never scan events. The agent "" stands for what is nobody's yet.
type Day struct {
	Agent string `json:"agent"`
	// Date is a day on the team's clock, "2026-11-22".
	Date string `json:"date"`
	Counts
}

// Counts are the numbers that boards are made of. Those of cases belong to the
// day of the response that opened the case and to the agent credited with it;
// those of attempts to the day and agent of the attempt.
type Counts struct {
	// Cases by what became of them.
	Eligible  int `json:"eligible,omitempty"`
	Attempted int `json:"attempted,omitempty"`
	Contacted int `json:"contacted,omitempty"`
	Closed    int `json:"closed,omitempty"`
	Rescored  int `json:"rescored,omitempty"`
	Declined  int `json:"declined,omitempty"`
	// InTime and Late count first attempts against the business deadline;
	// Within those against the wall-clock deadline.
	InTime int `json:"in_time,omitempty"`
	Late   int `json:"late,omitempty"`
	Within int `json:"within,omitempty"`
	// Moves[before][after] counts eligible cases by the category before and
	// after the call, in the order of Categories; after "unscored" means no
	// re-score. MovesContacted counts only contacted cases.
	Moves          [4][4]int `json:"moves,omitzero"`
	MovesContacted [4][4]int `json:"moves_contacted,omitzero"`
	// Lift and LiftSquares sum (after − before) and its square over paired
	// scores, each −1, 0 or +1: what the interval of a net lift needs.
	Lift        int `json:"lift,omitempty"`
	LiftSquares int `json:"lift_squares,omitempty"`

	Attempts int `json:"attempts,omitempty"`
	Human    int `json:"human,omitempty"`
	Right    int `json:"right,omitempty"`
	// Talk is seconds.
	Talk int `json:"talk_s,omitempty"`

	Made      int `json:"promises,omitempty"`
	Kept      int `json:"kept,omitempty"`
	Broken    int `json:"broken,omitempty"`
	Reopened  int `json:"reopened,omitempty"`
	Skips     int `json:"skips,omitempty"`
	Missed    int `json:"missed,omitempty"`
	Stories   int `json:"stories,omitempty"`
	Conflicts int `json:"conflicts,omitempty"`

	// Escalated counts the cases put before a supervisor by day and asker,
	// AnsweredInTime and AnsweredLate those that were answered.
	Escalated      int `json:"escalated,omitempty"`
	AnsweredInTime int `json:"answered_in_time,omitempty"`
	AnsweredLate   int `json:"answered_late,omitempty"`
	// AdHoc counts the calls outside the queue, by day and agent of the call. It
	// is part of no other number.
	AdHoc int `json:"adhoc_calls,omitempty"`
	// Dials and SkipsOf count calls made and cases passed over by what the
	// case is, in the order of Bands; SkipReasons those passed over by why, in
	// the order of SkipRules.
	Dials       [skipBands]int `json:"dials,omitzero"`
	SkipsOf     [skipBands]int `json:"skips_of,omitzero"`
	SkipReasons [skipCodes]int `json:"skip_reasons,omitzero"`
}

// numbers lists pointers to all counters, so that sums cannot forget one; a
// test walks the struct and compares.
func (c *Counts) numbers() []*int {
	out := []*int{
		&c.Eligible, &c.Attempted, &c.Contacted, &c.Closed, &c.Rescored, &c.Declined, &c.InTime, &c.Late, &c.Within,
		&c.Lift, &c.LiftSquares, &c.Attempts, &c.Human, &c.Right, &c.Talk, &c.Made, &c.Kept, &c.Broken, &c.Reopened,
		&c.Skips, &c.Missed, &c.Stories, &c.Conflicts, &c.Escalated, &c.AnsweredInTime, &c.AnsweredLate, &c.AdHoc,
	}
	for i := range skipBands {
		out = append(out, &c.Dials[i], &c.SkipsOf[i])
	}
	for i := range c.SkipReasons {
		out = append(out, &c.SkipReasons[i])
	}
	for i := range c.Moves {
		for j := range c.Moves[i] {
			out = append(out, &c.Moves[i][j], &c.MovesContacted[i][j])
		}
	}
	return out
}

// Add adds o to c, times sign (+1 or −1).
func (c *Counts) Add(o Counts, sign int) {
	a, b := c.numbers(), o.numbers()
	for i := range a {
		*a[i] += sign * *b[i]
	}
}

// Zero tells whether all counters are 0.
func (c Counts) Zero() bool { return c == Counts{} }

// Tally counts a case: the days it adds to, each once, in a fixed order. The
// change that an event makes to the board is Tally after minus Tally before,
// so the counters always equal a recount.
func Tally(c Case, loc *time.Location) []Day {
	if c.Version == 0 {
		return nil
	}
	days := map[[2]string]*Counts{}
	at := func(agent string, t time.Time) *Counts {
		k := [2]string{agent, dateOf(t.In(loc))}
		if days[k] == nil {
			days[k] = &Counts{}
		}
		return days[k]
	}
	c = c.inQueue(func(a Attempt) { at(a.Agent, a.At).AdHoc++ })
	if c.Outside() {
		return sortedDays(days)
	}
	tallyCase(c, at(c.credit(), c.Opening().AnsweredAt))
	for _, a := range c.Attempts {
		n := at(a.Agent, a.At)
		r, _ := a.Disposition.Rule()
		n.Attempts++
		n.Human += one(r.Human)
		n.Right += one(r.Right)
		n.Talk += a.Talk
		n.Dials[c.skipBand()] += one(a.Direction != Inbound)
	}
	for _, p := range c.Promises {
		n := at(p.MadeBy, p.MadeAt)
		n.Made++
		n.Kept += one(p.Status == PromiseDone)
		n.Broken += one(p.Status == PromiseBroken)
	}
	for _, s := range c.Skips {
		n := at(s.By, s.At)
		n.Skips++
		n.SkipsOf[c.skipBand()]++
		n.SkipReasons[max(0, s.Code.index())]++
	}
	for _, e := range c.Escalations {
		n := at(e.By, e.At)
		n.Escalated++
		if e.EndedAt != nil && e.Outcome != OutcomeOvertaken {
			n.AnsweredInTime += one(!e.EndedAt.After(e.Due))
			n.AnsweredLate += one(e.EndedAt.After(e.Due))
		}
	}
	return sortedDays(days)
}

func sortedDays(days map[[2]string]*Counts) []Day {
	out := make([]Day, 0, len(days))
	for k, n := range days {
		if !n.Zero() {
			out = append(out, Day{Agent: k[0], Date: k[1], Counts: *n})
		}
	}
	sort.Slice(out, func(i, j int) bool {
		return out[i].Date < out[j].Date || out[i].Date == out[j].Date && out[i].Agent < out[j].Agent
	})
	return out
}

// credit names the agent a case counts for: who first reached the right
// person, else who first tried.
func (c Case) credit() string {
	for _, a := range c.Attempts {
		if r, ok := a.Disposition.Rule(); ok && r.Right && a.Shadowed == "" {
			return a.Agent
		}
	}
	if len(c.Attempts) > 0 {
		return c.Attempts[0].Agent
	}
	return ""
}

func tallyCase(c Case, n *Counts) {
	if c.Closing != nil && c.Closing.Resolution == NotEligible || c.JoinedTo != "" && !c.State.Open() {
		return
	}
	before := c.Opening().Category()
	after := Unscored
	if s := c.LastRescore(); s != nil {
		after = CategoryOf(s.Value)
		n.Declined += one(s.Answer == Declined)
	}
	contacted := c.Contacted()
	n.Eligible++
	n.Attempted += one(len(c.Attempts) > 0)
	n.Contacted += one(contacted)
	n.Closed += one(!c.State.Open())
	n.Rescored += one(after != Unscored)
	n.Moves[before.index()][after.index()]++
	if contacted {
		n.MovesContacted[before.index()][after.index()]++
	}
	if before != Unscored && after != Unscored {
		d := after.Weight() - before.Weight()
		n.Lift += d
		n.LiftSquares += d * d
	}
	if len(c.Attempts) > 0 {
		first := c.Attempts[0].At
		n.InTime += one(!first.After(c.Plan.FirstDue))
		n.Late += one(first.After(c.Plan.FirstDue))
		n.Within += one(!first.After(c.Plan.WallDue))
	}
	n.Reopened += one(c.Round > 1)
	n.Missed += len(c.Missed)
	n.Stories += one(c.Story != nil)
	n.Conflicts += one(c.Conflict != "" || len(c.Disputes) > 0)
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
