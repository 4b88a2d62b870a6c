package ui

import (
	"testing"
	"time"
)

// A callback that was agreed by another clock is typed as it was said, and
// shown on the customer's and the agent's.
func TestCallbackByAnotherClock(t *testing.T) {
	x := onCall(t, 80, 24, john) // he lives in New York
	x.wait(5 * time.Hour)
	x.talk()
	x.press("c")
	x.write("tomorrow 10:00 Mexico City")
	x.sees("= Tue 17 Nov 11:00")
	if at := x.call().sheet.when(fieldCallback); !at.Equal(time.Date(2026, 11, 17, 16, 0, 0, 0, time.UTC)) {
		t.Errorf("it is %s", at)
	}
	x.press("esc", "c")
	x.write(" Paris")
	x.sees(`"paris" is not a word of a`)
}
