package ui

import (
	"testing"
	"time"

	"ringback/callback"
)

// Leases are counted by all clocks of the machine, as the store counts them: a
// wall clock that is set back during a call does not prolong one.
func TestCallCountsLeasesByAClockThatCannotBeSet(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	x.off = -30 * time.Minute
	x.wait(20 * time.Minute)
	x.desk.fails["Claim"] = callback.Errorf(callback.CodeConflict, "Boris holds the case until 11:00")
	x.press("enter")
	x.sees("Boris holds the case")
	if x.desk.calls["Dial"] != 0 {
		t.Error("it dialled on a lease that had run out")
	}
}

func TestCallRenewsWhateverTheWallClockSays(t *testing.T) {
	for what, set := range map[string]time.Duration{"set back": -3 * time.Hour, "set forward": 3 * time.Hour} {
		x := onCall(t, 80, 24, maria)
		x.talk()
		before := x.desk.calls["Claim"]
		x.off = set
		x.wait(26 * time.Minute)
		if x.desk.calls["Claim"] == before {
			t.Errorf("%s: the lease was not renewed", what)
		}
		x.press("v")
		if !x.call().held() {
			t.Errorf("%s: the desk believes that it lost the case", what)
		}
	}
}

// A clock set forward makes the desk ask, which costs nothing but the question.
func TestCallAsksWhenTheWallClockWasSetForward(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	before := x.desk.calls["Claim"]
	x.off = 3 * time.Hour
	x.press("enter")
	if x.desk.calls["Claim"] == before || x.desk.calls["Dial"] != 1 {
		t.Errorf("%d claims, %d calls", x.desk.calls["Claim"]-before, x.desk.calls["Dial"])
	}
}
