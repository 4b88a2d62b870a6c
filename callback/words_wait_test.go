package callback

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDueWords(t *testing.T) {
	now := time.Date(2026, 11, 16, 9, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		due  time.Time
		want string
		late bool
	}{
		{time.Time{}, "", false},
		{now.Add(30 * time.Second), "now", false},
		{now.Add(-30 * time.Second), "now", false},
		{now.Add(26 * time.Hour), "in 26 h", false},
		{now.Add(-11 * time.Minute), "11 min late", true},
		{now.Add(-9 * 24 * time.Hour), "9 d late", true},
	} {
		if got, late := DueWords(c.due, now); got != c.want || late != c.late {
			t.Errorf("due %v: %q, late %v; want %q", c.due, got, late, c.want)
		}
	}
}

// What a row waits for has a time whose clock is never in doubt, and an agreed
// call shows the time that was agreed, not the one from which it is served.
func TestWaitWords(t *testing.T) {
	mine, err := Zone("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 16, 9, 30, 0, 0, time.UTC)
	agreed := now.Add(6 * time.Hour)
	name := func(id string) string { return map[string]string{"boris": "Boris B."}[id] }
	row := func(zone string, state State, p Place, due time.Time) QueueRow {
		return QueueRow{Zone: zone, State: state, Place: p, Due: due}
	}
	for what, c := range map[string]struct {
		row  QueueRow
		want []string
	}{
		"an agreed time": {
			row("Europe/Madrid", CallbackScheduled, Place{Wait: AgreedWords, Cause: WaitsCallback, At: agreed.Add(-CallbackLead)}, agreed),
			[]string{"callback agreed 15:30, 16:30 in Madrid", "callback 15:30, 16:30 in Madrid", "callback 16:30, 15:30 yours", "callback 16:30/15:30", "agreed 16:30/15:30", "callback 15:30"},
		},
		"an agreed time on one clock": {
			row("Europe/London", CallbackScheduled, Place{Wait: AgreedWords, Cause: WaitsCallback, At: agreed.Add(-CallbackLead)}, agreed),
			[]string{"callback agreed 15:30", "callback 15:30"},
		},
		"a colleague's agreed time": {
			row("Europe/Madrid", CallbackScheduled, Place{Wait: "callback of boris", Cause: WaitsCallback, Of: "boris", At: agreed.Add(30 * time.Minute)}, agreed),
			[]string{
				"callback of Boris B. 15:30, 16:30 in Madrid, anyone from 16:00", "callback of Boris B. 15:30, 16:30 in Madrid", "of Boris 15:30, 16:30 in Madrid",
				"of Boris 16:30, 15:30 yours", "of Boris 16:30/15:30", "of Boris 15:30",
			},
		},
		"an agreed call that reached nobody": {
			row("Europe/Madrid", CallbackScheduled, Place{Wait: "callback reached nobody, next try", Cause: WaitsCallback, At: now.Add(30 * time.Minute)}, now),
			[]string{
				"callback reached nobody, next try 10:00, 11:00 in Madrid", "next try 10:00, 11:00 in Madrid", "next try 11:00, 10:00 yours", "next try 11:00/10:00", "next 11:00/10:00", "next try 10:00",
			},
		},
		"a retry on another day": {
			row("Asia/Tokyo", RetryWait, Place{Wait: "tried before, next try", Cause: WaitsRetry, At: now.Add(40 * time.Hour)}, now),
			[]string{
				"tried before, next try Wed 01:30, 10:30 in Tokyo", "next try Wed 01:30, 10:30 in Tokyo", "next try Wed 10:30, 01:30 yours", "next try Wed 10:30/01:30", "next Wed 10:30/01:30", "next try Wed 01:30",
			},
		},
		"a retry that is another day there": {
			row("Asia/Tokyo", RetryWait, Place{Wait: "tried before, next try", Cause: WaitsRetry, At: now.Add(33 * time.Hour)}, now),
			[]string{
				"tried before, next try Tue 18:30, Wed 03:30 in Tokyo", "next try Tue 18:30, Wed 03:30 in Tokyo", "next try Wed 03:30, Tue 18:30 yours", "next try Wed 03:30/Tue 18:30", "next Wed 03:30/Tue 18:30", "next try Tue 18:30",
			},
		},
		"held by a colleague, for a customer elsewhere": {
			row("Europe/Madrid", New, Place{Wait: "held by boris", Cause: WaitsHolder, Of: "boris", At: now.Add(time.Hour)}, now),
			[]string{"held by Boris B. 10:30, 11:30 in Madrid", "held by Boris 10:30, 11:30 in Madrid", "held to 11:30, 10:30 yours", "held to 11:30/10:30", "held to 10:30"},
		},
		"hours today": {
			row("Europe/Madrid", New, Place{Wait: "opens Mon 12:00 in Madrid", Cause: WaitsHours, Of: "Europe/Madrid", At: now.Add(90 * time.Minute)}, now),
			[]string{"opens 12:00 in Madrid, 11:00 yours", "opens 12:00 there, 11:00 yours", "opens 12:00, 11:00 yours", "opens 12:00/11:00", "opens 12:00 there"},
		},
		"hours another day": {
			row("Europe/London", New, Place{Wait: "opens Tue 09:00 in London", Cause: WaitsHours, Of: "Europe/London", At: now.Add(23*time.Hour + 30*time.Minute)}, now),
			[]string{"opens Tue 09:00 in London", "opens Tue 09:00 there"},
		},
		"a colleague": {
			row("Europe/London", New, Place{Wait: "held by boris", Cause: WaitsHolder, Of: "boris", At: now.Add(time.Hour)}, now),
			[]string{"held by Boris B. 10:30", "held by Boris 10:30", "held to 10:30"},
		},
		"a colleague's own": {
			row("Europe/London", InProgress, Place{Wait: "belongs to boris", Cause: WaitsOwner, Of: "boris"}, now),
			[]string{"belongs to Boris B.", "belongs to Boris"},
		},
		"no known time": {
			row("Europe/London", New, Place{Wait: "no number to dial", Cause: WaitsNumber}, now), []string{"no number to dial"},
		},
	} {
		got, whole := c.row.WaitWords(now, mine, name)
		if whole < 0 || whole >= len(got) || len(got) > 2 && strings.Contains(got[whole], "/") {
			t.Errorf("%s: %d of %q says all in words", what, whole, got)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", what, diff)
		}
	}
}
