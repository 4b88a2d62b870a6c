package ui

import (
	"testing"
	"time"

	"ringback/callback"
)

// withMessage has left a message on Maria's voicemail the day before.
func (f *fake) withMessage(*Options) {
	c := f.cases[maria]
	c.Attempts = append(c.Attempts, callback.Attempt{
		ID: "a0", Agent: "boris", Round: c.Round, At: f.now().Add(-20 * time.Hour), Ring: 25, Disposition: callback.VoicemailLeft,
	})
	f.cases[c.ID] = c
}

// Before the agent leaves one message more than the policy allows, the call
// says so; by one key it is put on record that none was left.
func TestCallSaysThatNoOtherMessageIsToBeLeft(t *testing.T) {
	for _, size := range [][2]int{{minWidth, minHeight}, {80, 24}, {120, 40}} {
		x := onCall(t, size[0], size[1], maria, (*fake).withMessage)
		x.press("d")
		x.sees("If voicemail answers, leave no message")
		x.fits("ringing")
		x.press("v")
		x.sees("Was another message left?")
		x.fits("the question")
		if n := len(x.recordedCalls()); n != 0 {
			t.Fatalf("%d calls are recorded before the answer", n)
		}
		x.press("x")
		if got := x.oneCall(); got.Disposition != callback.VoicemailNone {
			t.Errorf("recorded %s", got.Disposition)
		}
	}
}

// What was left all the same is put on record as it was.
func TestCallKeepsAMessageThatWasLeft(t *testing.T) {
	x := onCall(t, 80, 24, maria, (*fake).withMessage)
	x.press("d", "v", "v")
	if got := x.oneCall(); got.Disposition != callback.VoicemailLeft {
		t.Errorf("recorded %s", got.Disposition)
	}
}

// While a message may be left nothing is said of it, and esc takes a slip of
// the finger back.
func TestCallOfTheFirstMessage(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	x.press("d")
	x.misses("leave no message")
	x.press("v")
	if got := x.oneCall(); got.Disposition != callback.VoicemailLeft {
		t.Errorf("recorded %s", got.Disposition)
	}
	x = onCall(t, 80, 24, maria, (*fake).withMessage)
	x.press("d", "v", "esc")
	if n := len(x.recordedCalls()); n != 0 {
		t.Errorf("%d calls are recorded", n)
	}
	x.press("o", "b", "enter")
	if got := x.oneCall(); got.Disposition != callback.Busy {
		t.Errorf("recorded %s", got.Disposition)
	}
}
