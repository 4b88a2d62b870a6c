package callback

import (
	"slices"
	"time"
)

// Pack is a day pack: cases that a desk has taken along to work without a
// connection. Nobody else is given them, or their numbers, until it ends.
type Pack struct {
	// Until is when the desk stops counting on the last of them, by its own
	// clock. UTC.
	Until time.Time  `json:"until,omitzero"`
	Cases []PackCase `json:"cases"`
	// Left counts those that were not worked yet.
	Left int `json:"left"`
}

// PackBrief is as much of a pack as stands in the header.
type PackBrief struct {
	Left  int
	Until time.Time
}

// Brief gives what stands in the header.
func (p Pack) Brief() PackBrief { return PackBrief{p.Left, p.Until} }

// Order sorts the cases as they are served, by their places; those that have
// none, being worked, come last.
func (p *Pack) Order(places map[string]Place) {
	slices.SortStableFunc(p.Cases, func(a, b PackCase) int {
		x, hasX := places[a.CaseID]
		y, hasY := places[b.CaseID]
		switch {
		case hasX != hasY && hasX, hasX && hasY && x.Before(y):
			return -1
		case hasX != hasY, hasX && y.Before(x):
			return 1
		}
		return 0
	})
}

// PackCase is one case of a day pack.
type PackCase struct {
	CaseID   string    `json:"case_id"`
	Customer string    `json:"customer"`
	Phone    string    `json:"phone,omitempty"`
	Until    time.Time `json:"until"`
	// Done tells that the agent has worked it.
	Done bool `json:"done"`
}

// ShiftEnd is until when a day pack is taken unless its agent says otherwise:
// the end of the team's business day, or as long as the policy allows.
func (p Policy) ShiftEnd(now time.Time) time.Time {
	end := now.Add(p.Leases.Lasts(LeasePack) / 10 * 9)
	local := now.In(p.Location())
	m := minuteOf(local)
	for _, s := range p.Business.Hours[local.Weekday()] {
		if m < s.To {
			if day := atMinute(local, s.To); m >= s.From && day.Before(end) {
				end = day
			}
		}
	}
	return end.UTC().Truncate(time.Minute)
}
