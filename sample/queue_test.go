package sample

import (
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// moments are nows at which today's queue must be alive: an ordinary day, a
// Sunday night, a Monday morning, Boxing Day, a summer's evening.
var moments = []time.Time{
	testNow,
	time.Date(2026, 11, 22, 23, 50, 0, 0, time.UTC),
	time.Date(2026, 11, 23, 9, 5, 0, 0, time.UTC),
	time.Date(2026, 12, 26, 12, 0, 0, 0, time.UTC),
	time.Date(2027, 1, 1, 3, 30, 0, 0, time.UTC),
	time.Date(2026, 7, 3, 18, 45, 0, 0, time.UTC),
	time.Date(2026, 3, 29, 0, 59, 0, 0, time.UTC),
}

// seen counts what an agent of a team meets in the queue.
func seen(s season, agent string, now time.Time) map[string]int {
	n := map[string]int{}
	for _, c := range s.cases {
		n["suppressed lately"] += count(c.State == callback.Suppressed && now.Sub(c.Closing.At) < 14*24*time.Hour)
		r, ok := callback.RankOf(s.team.Policy, c)
		if !ok {
			continue
		}
		n["open"]++
		place := r.Place(s.team.Policy, agent, now)
		untouched := len(c.Attempts) == 0 && len(c.Skips) == 0
		night := false
		for _, z := range c.Customer.Phone.Zones {
			h := now.In(location(z)).Hour()
			night = night || h < 8 || h >= 21
		}
		cb := c.Plan.Callback
		for name, is := range map[string]bool{
			"too old":              now.Sub(c.Opening().AnsweredAt) > 30*24*time.Hour,
			"ready":                place.Ready,
			"overdue":              untouched && now.After(c.Plan.FirstDue),
			"in time":              untouched && now.Before(c.Plan.FirstDue),
			"request":              untouched && c.Kind == callback.KindRequest,
			"asked for later":      untouched && c.Plan.NotBefore.After(now),
			"callback due, mine":   place.Ready && place.Tier == callback.TierCallback && c.Plan.Owner == agent,
			"callback due, anyone": place.Ready && place.Tier == callback.TierCallback && c.Plan.Owner == "",
			"callback missed":      place.Ready && cb != nil && c.Plan.Owner != "" && now.Sub(cb.At) > 30*time.Minute,
			"callback later":       cb != nil && cb.At.After(now.Add(20*time.Minute)) && cb.At.Before(now.Add(12*time.Hour)),
			"asleep":               untouched && night && strings.HasPrefix(place.Wait, "opens"),
			"retry waiting":        c.State == callback.RetryWait && c.Plan.NotBefore.After(now),
			"promise to come":      c.State == callback.InProgress && firstOpen(c) != nil && firstOpen(c).Due.After(now),
			"promise overdue":      c.State == callback.InProgress && firstOpen(c) != nil && firstOpen(c).Due.Before(now),
			"returned":             c.Returned() != nil,
			"escalated":            c.State == callback.Escalated,
			"escalated too long":   c.State == callback.Escalated && c.Escalation().Overdue(now),
			"review":               c.State == callback.Review && len(c.Skips) == 3,
		} {
			n[name] += count(is)
		}
	}
	return n
}

func TestTodaysQueueHasEveryKind(t *testing.T) {
	for _, now := range moments {
		y := Make(Options{Seed: 5, Now: now, Responses: 3000})
		for _, s := range playAll(t, y) {
			mine := 0
			for _, u := range y.Users {
				if u.Role == callback.RoleAgent && u.Team == s.team.ID {
					mine += count(seen(s, u.ID, y.Now)["callback due, mine"] > 0)
				}
			}
			if mine < 3 {
				t.Errorf("%v %s: only %d agents have a callback due", now, s.team.ID, mine)
			}
			n := seen(s, "nobody in particular", y.Now)
			if n["open"] < 40 || n["open"] > 90 {
				t.Errorf("%v %s: %d open cases", now, s.team.ID, n["open"])
			}
			if n["too old"] > 0 {
				t.Errorf("%v %s: %d open cases are older than 30 days", now, s.team.ID, n["too old"])
			}
			for _, kind := range []string{
				"suppressed lately", "overdue", "in time", "request", "asked for later", "callback due, anyone",
				"callback missed", "callback later", "asleep", "retry waiting", "promise to come", "promise overdue",
				"escalated", "escalated too long", "returned", "review", "ready",
			} {
				if n[kind] == 0 {
					t.Errorf("%v %s: no case is %q", now, s.team.ID, kind)
				}
			}
		}
	}
}
