package callback

import (
	"maps"
	"slices"
)

func (c *policyCheck) retry(r RetryRules) {
	c.delays("retry.delay_min", r.Delays)
	c.delays("retry.again_min", r.Again)
	for i, n := range r.Backoff {
		c.between(nth("retry.backoff", i), n, 1, 100)
	}
	for _, n := range []struct {
		name  string
		value int
		most  int
	}{
		{"max_attempts", r.MaxAttempts, 1000},
		{"within_business_days", r.WithinDays, 366},
		{"per_day", r.PerDay, 1000},
		{"per_number", r.PerNumber, 1000},
		{"max_voicemails", r.MaxVoicemails, 1000},
		{"max_age_days", r.MaxAgeDays, maxPolicyDays},
		{"skips_to_review", r.SkipsToReview, 1000},
	} {
		c.between("retry."+n.name, n.value, 0, n.most)
	}
	c.between("retry.min_apart_min", r.MinApart, 0, 7*dayMinutes)
	c.between("retry.per_person_week", r.PerPersonWeek, 1, MaxPersonWeek)
	c.codes("retry.rotate", r.Rotate)
	c.codes("retry.unspaced", r.Unspaced)
}

// codes checks a list of dispositions after which a customer is tried again.
func (c *policyCheck) codes(path string, list []Disposition) {
	seen := map[string]bool{}
	for i, d := range list {
		c.again(nth(path, i), d)
		c.named(nth(path, i), "the code", string(d), seen)
	}
}

// again tells whether a customer is tried again after a disposition.
func (c *policyCheck) again(path string, d Disposition) bool {
	rule, ok := d.Rule()
	switch {
	case !ok:
		c.add(path, "there is no such disposition")
	case rule.Final:
		c.add(path, "this disposition ends the case, so nothing is tried again")
	default:
		return true
	}
	return false
}

func (c *policyCheck) delays(path string, list map[Disposition]int) {
	for _, d := range slices.Sorted(maps.Keys(list)) {
		where := path + "." + Line(string(d)).String()
		if c.again(where, d) {
			c.between(where, list[d], 0, maxPolicyMinutes)
		}
	}
}
