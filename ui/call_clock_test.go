package ui

import (
	"testing"
	"time"
)

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
