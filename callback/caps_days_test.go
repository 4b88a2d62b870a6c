package callback

import (
	"testing"
	"time"
)

// No attempt is planned for later than the policy's business days after the
// first one of the round; the case ends as exhausted, or waits for its promise.
func TestAttemptsEndAfterTheirDays(t *testing.T) {
	p := DefaultPolicy("main")
	p.Retry.WithinDays, p.Retry.MaxAttempts = 3, 20
	monday := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	end := time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC) // Thursday's midnight
	c := Case{Round: 1, Attempts: []Attempt{{Disposition: NoAnswer, Round: 1, At: monday}}}
	if got := p.attemptsEnd(c); !got.Equal(end) {
		t.Errorf("attempts end %s, want %s", got, end)
	}
	p.Business.Holidays = []string{"2026-03-04"}
	if got := p.attemptsEnd(c); !got.Equal(end.AddDate(0, 0, 1)) {
		t.Errorf("with a holiday they end %s", got)
	}
	c.Attempts[0].At = monday.AddDate(0, 0, 4) // Friday
	if got := p.attemptsEnd(c); !got.Equal(time.Date(2026, 3, 12, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("over a weekend they end %s", got)
	}
	c.Attempts[0].Agreed = true
	if got := p.attemptsEnd(c); !got.IsZero() {
		t.Errorf("only an agreed call was made, and they end %s", got)
	}
	c.Attempts[0].Agreed, c.Round = false, 2
	if got := p.attemptsEnd(c); !got.IsZero() {
		t.Errorf("a new round has no attempt, and they end %s", got)
	}
}

// Attempts a day are counted by the days of the customer's clock, which end
// elsewhere than the server's.
func TestPerDayIsOnTheCustomersClock(t *testing.T) {
	t.Parallel()
	p := DefaultPolicy("main")
	p.Retry.PerDay, p.Retry.MinApart = 2, 0
	for _, name := range []string{"America/Los_Angeles", "Asia/Tokyo", "Pacific/Auckland", "Europe/London"} {
		zone, err := Zone(name)
		if err != nil {
			t.Fatal(err)
		}
		// The days on which clocks change in one of them, and a plain one.
		for _, day := range []time.Time{time.Date(2026, 3, 8, 0, 0, 0, 0, zone), time.Date(2026, 10, 25, 0, 0, 0, 0, zone), time.Date(2026, 6, 2, 0, 0, 0, 0, zone)} {
			at := func(hour int) time.Time { return time.Date(day.Year(), day.Month(), day.Day(), hour, 0, 0, 0, zone) }
			c := Case{Customer: Customer{Phone: Phone{E164: "+1", Zones: []string{name}}}}
			c.Attempts = []Attempt{{At: at(8).UTC(), Disposition: NoAnswer}}
			if until, _ := p.rest(c, false); !until.IsZero() {
				t.Errorf("%s: after one of two attempts the case rests until %s", name, until.In(zone))
			}
			c.Attempts = append(c.Attempts, Attempt{At: at(20).UTC(), Disposition: NoAnswer})
			if until, by := p.rest(c, false); by != CapDay || !until.Equal(at(24)) {
				t.Errorf("%s: after two attempts on %s the case rests until %s (%d), want %s", name, day.Format(time.DateOnly), until.In(zone), by, at(24))
			}
			c.Attempts[0].At = at(-4).UTC() // the evening before
			if until, _ := p.rest(c, false); !until.IsZero() {
				t.Errorf("%s: attempts on two days make the case rest until %s", name, until.In(zone))
			}
		}
	}
}
