package callback

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
	// Holds tells that the case, and others with its number, wait for a
	// supervisor at once.
	Holds HoldCause `json:"holds,omitempty"`
}

var skipRules = []SkipRule{
	{SkipKnown, "I know this person.", "known", ""},
	{SkipPlaced, "Someone else is better placed.", "placed", ""},
	{SkipFacts, "I need to find something out first.", "facts", ""},
	{SkipMoment, "A bad moment for them.", "moment", ""},
	{SkipAbusive, "They are abusive or threaten us.", "abusive", HeldAbusive},
	{SkipNumber, "This number answers for other people too.", "number", HeldNumber},
	{SkipOther, "", "other", ""},
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
