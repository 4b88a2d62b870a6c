package server

import (
	"testing"
	"time"

	"ringback/callback"
)

// A clock that is badly wrong is seen by whoever keeps the desk, whether the desk knew of it or not; what was
// recorded by it counts, and small errors are nobody's business.
func TestAWrongClockIsOnRecord(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		if rec := w.from(w.users["anna"].Token, "desk-of-anna", "m1", "GET", "/v1/me", ""); rec.Code != 200 {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		anna := w.desk("anna")
		n := 0
		push := func(at time.Time, skew *int64) {
			t.Helper()
			n++
			e := anna.event(string(rune('a'+n)), id, 1, &callback.NoteAdded{Text: "Noted."})
			e.At, e.SkewMS = at, skew
			if r := anna.push(e)[0]; r.Status != callback.Applied {
				t.Fatalf("%+v", r)
			}
		}
		clock := func(want time.Duration, at time.Time) {
			t.Helper()
			if d := w.devices("anna")[0]; d.ClockOff != want || !d.ClockAt.Equal(at) {
				t.Fatalf("%s at %v, want %s at %v", d.ClockOff, d.ClockAt, want, at)
			}
		}
		ms := func(d time.Duration) *int64 { n := d.Milliseconds(); return &n }
		push(w.now.Add(-9*time.Minute), ms(9*time.Minute))
		push(w.now.Add(-72*time.Hour), nil) // offline for days: nothing is known to be wrong
		push(w.now.Add(9*time.Minute), nil)
		clock(0, time.Time{})
		push(w.now.Add(-20*time.Minute), ms(20*time.Minute))
		clock(20*time.Minute, w.now)
		first := w.now
		w.now = w.now.Add(10 * time.Minute)
		push(w.now.Add(-20*time.Minute), ms(20*time.Minute+time.Second))
		clock(20*time.Minute, first) // as it is on record
		push(w.now.Add(2*time.Hour), nil)
		clock(-2*time.Hour, w.now)
		if said := w.devices("anna")[0].Clock(w.now.Add(3 * time.Hour)); said != "clock 2 h ahead, 3 h ago" {
			t.Fatalf("%q", said)
		}
		if c := w.caseOf("north", id); len(c.Notes) != n {
			t.Fatalf("%d of %d notes", len(c.Notes), n)
		}
		w.check()
	})
}
