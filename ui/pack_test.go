package ui

import (
	"context"
	"testing"
	"time"

	"ringback/callback"
)

// packedUp takes cases along.
func packedUp(f *fake, _ *Options) {
	if _, err := f.Take(context.Background(), 4, f.now().Add(7*time.Hour)); err != nil {
		panic(err)
	}
}

func TestTakingCasesAlong(t *testing.T) {
	x := newHand(t, 120, 40, worked)
	x.press("t")
	x.sees("Take the next 20 cases along", "on your clock?", "18:00")
	x.press("esc")
	if x.desk.calls["Take"] != 0 {
		t.Error("esc took cases along")
	}
	x.press("t")
	for range 30 {
		x.press("backspace")
	}
	x.write("yesterday noonish")
	x.press("enter")
	x.sees("Could not take cases along", "yesterday noonish")
	for range 30 {
		x.press("backspace")
	}
	x.write("17:30")
	x.wait(failureFor)
	x.press("enter")
	x.wait(newsFor / 2)
	x.sees("7 of 20 are yours until 17:30: no more free by then.", "⧉", "Taken along: yours until 17:30.")
	x.tell(bell{})
	n := 0
	for _, c := range x.desk.cases {
		if l := c.Lease; l != nil && l.Pack.Equal(time.Date(2026, 11, 16, 16, 30, 0, 0, time.UTC)) {
			n++
		}
	}
	if n == 0 {
		t.Fatal("no case was claimed until then")
	}
	x.tell(goTo{title: syncTitle})
	x.sees("⧉ Taken along: 7 cases are yours until 17:30")

	// Working one of them leaves one less; the rest goes back.
	x.tell(goTo{title: queueTitle})
	left := x.app.bar.pack.Left
	x.wait(failureFor)
	x.press("T")
	x.sees("given back.")
	if x.app.bar.pack.Left != 0 || left != n {
		t.Errorf("left %d of %d, then %d", left, n, x.app.bar.pack.Left)
	}
	x.misses("⧉", "give the rest back")
	x.press("T")
	x.wait(newsFor)
	x.sees("You have taken nothing along.")
}

// What was skipped a moment ago comes along too, since the server has not heard
// of it, and is not counted; whoever gets all that was asked for is told no
// reason.
func TestWhatWasSkippedIsNotTakenAlong(t *testing.T) {
	x := newHand(t, 80, 24, peopled)
	x.press("s", "3", "enter", "t", "enter")
	x.wait(newsFor / 2)
	pack, err := x.desk.Pack()
	if err != nil || pack.Left != len(pack.Cases)-1 || pack.Left < 2 {
		t.Fatalf("the pack is %+v, %v", pack, err)
	}
	x.sees(say("%d of 20 are yours until 18:00: no more free by then.", pack.Left).String(), say("⧉%d", pack.Left).String())
	x.wait(newsFor)
	x.press("t", "enter")
	x.sees(say("%d cases are yours until 18:00: no more free by then.", pack.Left).String())

	x = newHand(t, 80, 24, peopled, func(f *fake, _ *Options) { f.policy.Leases.PackSize = 2 })
	x.press("t", "enter")
	x.wait(newsFor / 2)
	x.sees("2 cases are yours until 18:00, also offline.")
}

func TestTakingNothingAlong(t *testing.T) {
	x := newHand(t, 80, 24)
	x.press("t", "enter")
	x.sees("There is nothing to take along")
	x.desk.fails["Take"] = callback.Errorf(callback.CodeUnreachable, "ringback.example does not answer")
	x.press("t", "enter")
	x.sees("Could not take cases along: ringback.example does not answer")
}
