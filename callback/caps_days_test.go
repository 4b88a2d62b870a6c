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
