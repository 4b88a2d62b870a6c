package callback

import "time"

// SkipCode sorts why a case was passed over, so that reasons can be counted.
type SkipCode string

// The codes.
const (
	SkipOther   SkipCode = ""
	SkipKnown   SkipCode = "known"
	SkipPlaced  SkipCode = "better_placed"
	SkipFacts   SkipCode = "facts"
	SkipMoment  SkipCode = "bad_moment"
	SkipAbusive SkipCode = "abusive"
	SkipNumber  SkipCode = "wrong_number"
)

// SkipRule is one row of the table of skips.
type SkipRule struct {
	Code SkipCode `json:"code"`
	// Words are the reason as it is offered.
	Words string `json:"words"`
	// Short names it in a column.
	Short string `json:"short"`
	// Rest is for how long the case is for others first, in minutes: for the
	// shift if others are to have it, else until its moment may have come.
	Rest int `json:"rest_min,omitempty"`
	// Holds tells that the case, and others with its number, wait for a
	// supervisor at once.
	Holds HoldCause `json:"holds,omitempty"`
}

const shiftMinutes = int(SkipShown / time.Minute)

var skipRules = []SkipRule{
	{SkipKnown, "I know this person.", "known", shiftMinutes, ""},
	{SkipPlaced, "Someone else is better placed.", "placed", shiftMinutes, ""},
	{SkipFacts, "I need to find something out first.", "facts", 60, ""},
	{SkipMoment, "A bad moment for them.", "moment", 120, ""},
	{SkipAbusive, "They are abusive or threaten us.", "abusive", 0, HeldAbusive},
	{SkipNumber, "This number answers for other people too.", "number", 0, HeldNumber},
	{SkipOther, "", "other", 120, ""},
}

// SkipRules gives the table of skips in the order in which they are offered;
// the last is any other reason, in the agent's own words.
func SkipRules() []SkipRule { return append([]SkipRule(nil), skipRules...) }

// skipCodes is how many rows the table has, for counters.
const skipCodes = 7

// Rule finds a code's row; ok is false for a code that is not in the table.
func (c SkipCode) Rule() (rule SkipRule, ok bool) {
	if i := c.index(); i >= 0 {
		return skipRules[i], true
	}
	return SkipRule{}, false
}

func (c SkipCode) index() int {
	for i, r := range skipRules {
		if r.Code == c {
			return i
		}
	}
	return -1
}

// SkipCodeOf finds the code of a reason that was offered; other words are
// another reason.
func SkipCodeOf(words string) SkipCode {
	for _, r := range skipRules {
		if r.Words != "" && r.Words == words {
			return r.Code
		}
	}
	return SkipOther
}

// restLeast is for how long at least a case that was passed over is for others
// first, however late it is.
const restLeast = 30 * time.Minute

// others lists the agents who passed a case over, each with the time until which
// it is for others first: no later than halfway to its deadline, if there is
// time, and an hour that is allowed. Who has called since has the say; an agreed
// call waits for nobody, since the customer does.
func (p Policy) others(c Case, due time.Time) []Need {
	if c.State == CallbackScheduled {
		return nil
	}
	var out []Need
	seen := map[string]bool{}
	for i := len(c.Skips) - 1; i >= 0; i-- {
		s := c.Skips[i]
		rule, _ := s.Code.Rule()
		if seen[s.By] || rule.Rest == 0 {
			continue
		}
		seen[s.By] = true
		if !c.calledSince(s.At) {
			rest := min(minutesOf(rule.Rest), max(due.Sub(s.At)/2, restLeast))
			until := wholeSecond(p.opensFrom(c.Customer.Phone, s.At.Add(rest)))
			out = append(out, Need{Sort: NeedsOther, Name: s.By, Until: until})
		}
	}
	return out
}

// calledSince tells whether anybody has dialled since an instant, or the
// customer rang.
func (c Case) calledSince(at time.Time) bool {
	for _, a := range c.Attempts {
		if a.At.After(at) {
			return true
		}
	}
	return false
}
