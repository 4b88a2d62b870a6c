package ui

import (
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// A call goes on behind the other screens: it is in sight there, one key leads
// back, and nothing of it is lost or asked for.
func TestCallGoesOnBehindOtherScreens(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {80, 24}, {120, 40}} {
		x := onCall(t, size[0], size[1], hanako)
		x.ring()
		x.press("a", "n")
		x.write("Half a sentence")
		x.press("alt+3")
		if x.front() != boardTitle {
			t.Fatalf("the board is not in front but %s", x.front())
		}
		x.misses("is not saved")
		x.wait(65 * time.Second)
		x.sees("● talking 1:0", "山田花子", "2 goes back to the call")
		x.fits("a call behind the board")
		x.press("2")
		x.misses("goes back to the call")
		x.write(", and the rest")
		x.sees("Half a sentence, and the rest")
		golden(t, sized("call_behind", size), func() string { x.press("alt+1"); return x.screen() }())
	}
}

// Another call is begun from the queue only after the agent said what is to
// become of the one in hand.
func TestCallBehindTheQueueIsNotForgotten(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	x.talk()
	x.press("1", "j", "enter")
	x.sees("The call to Maria López is not saved", "stay with Maria López")
	x.press("s")
	x.press("2")
	x.sees("Maria López", "talking")
}

// Who is on the line needs no reminder of their callback.
func TestNoReminderOfTheCallInHand(t *testing.T) {
	x := newHand(t, 80, 24, calling, agreed(2))
	x.wait(15*time.Minute + remindEvery)
	x.sees("call Maria López")
	x.tell(openCall{caseID: maria})
	x.misses("min: call Maria")
	x.wait(time.Minute + remindEvery)
	x.sees("call Анастасия")
	early := newHand(t, 80, 24, calling, agreed(1))
	early.tell(openCall{caseID: maria})
	early.wait(16 * time.Minute)
	early.misses("min: call Maria")
	if rung := early.rung(); rung != nil {
		t.Errorf("it rang %q for the customer on the line", rung)
	}
}

// What can be taken back is offered as long as it can be, and not longer.
func TestUndoIsOfferedWhileItCanBe(t *testing.T) {
	saved := func() *hand {
		x := onCall(t, 80, 24, maria)
		x.press("enter", "n")
		x.sees("Saved: Maria López", "u undo, and correct it")
		return x
	}
	x := saved()
	x.wait(undoFor + time.Second)
	x.misses("undo")
	x.press("u")
	x.sees("too late to take it back")
	if n := x.desk.calls["Undo"]; n != 0 {
		t.Errorf("the desk was asked %d times", n)
	}
	sent := saved()
	sent.tell(linkChanged{stats: callback.JournalStats{Settled: 1}})
	sent.misses("undo")
	early := undoable{eventID: "e", until: x.at.Add(time.Minute)}
	early.sent(callback.JournalStats{Settled: 1}) // told of the time before it waited
	if !early.open(x.at) {
		t.Error("what was just saved cannot be taken back")
	}
}

// News of before does not stand over the next call.
func TestNewsEndWithTheNextCall(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	x.press("enter", "n")
	x.desk.fails["Undo"] = callback.Errorf(callback.CodeConflict, "it has been sent already")
	x.press("u")
	x.sees("Could not undo")
	x.tell(openCall{caseID: hanako})
	x.misses("Could not undo")
}

// A lasting trouble is read on the Sync screen; then the line is free until
// there is another.
func TestTroubleIsReadOnSync(t *testing.T) {
	x := newHand(t, 80, 24, worked, func(f *fake, _ *Options) {
		f.status.Notice = "This desk's folder is in use at another place too."
	})
	x.sees("○ This desk's folder is in use", "5 tells more")
	x.press("5")
	x.sees("This desk's folder is in use at another place too.")
	x.press("1")
	x.misses("This desk's folder")
	x.wait(time.Minute)
	x.misses("This desk's folder")
	x.desk.status.State, x.desk.status.Problem, x.desk.status.Hint = callback.LinkOffline, "nothing answers at desk.example", "the server may be stopped"
	x.wait(restPoll + time.Second)
	x.sees("nothing answers at desk.example; the server may be stopped")
	if strings.Count(x.screen(), "5 tells more") != 1 {
		t.Error("it is not said where more is told")
	}
}
