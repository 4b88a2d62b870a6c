package ui

import (
	"slices"
	"testing"
	"time"

	"ringback/callback"
)

// A reason for skipping is chosen by its number or said in words; a stray sign
// is none. The row says that it was skipped, and that a call on it was begun.
func TestQueueMarksWhatWasSkippedOrBegun(t *testing.T) {
	x := newHand(t, 100, 30, calling, func(f *fake, _ *Options) {
		c := f.cases[maria]
		c.Skips = []callback.Skip{{By: f.me.ID, At: f.now().Add(-time.Minute), Reason: "Not now."}}
		c.Plan.Owner = f.me.ID // nobody else may call: it stays where it is
		f.cases[maria] = c
		f.drafts = []callback.Draft{{EventID: "draft", CaseID: hanako, Phase: callback.PhaseWrap}}
		f.moved()
	})
	x.press("1")
	x.sees("skipped 10:29", "call unsaved")
	x.press("s")
	x.sees("1  I know this person.", "6  This number answers for other people too.")
	x.press("enter")
	x.sees("! A reason first.")
	x.write("7")
	x.misses("A reason first.")
	x.press("enter")
	x.sees("! Say it in words", "> 7")
	if n := len(x.desk.journal); n != 0 {
		t.Fatalf("%d facts were recorded", n)
	}
	x.press("backspace")
	x.write("2")
	x.write("1")
	x.sees("> I know this person.")
	x.press("enter")
	p, err := x.desk.journal[0].Event.Decode()
	if err != nil {
		t.Fatal(err)
	}
	if got := p.(*callback.CaseSkipped); got.Code != callback.SkipKnown {
		t.Errorf("recorded %+v", got)
	}
}

// What its reader skipped does not stand first any more, and is none of those to
// call; it is there to be read, and to be called all the same.
func TestQueueKeepsWhatWasSkippedOutOfTheWay(t *testing.T) {
	x := newHand(t, 80, 24, calling)
	x.press("1")
	ready := func() (n int) {
		for _, r := range x.desk.rows() {
			n += map[bool]int{true: 1}[r.Ready]
		}
		return n
	}
	before, first := ready(), x.desk.rows()[0]
	x.press("s", "3", "enter")
	rows := x.desk.rows()
	at := slices.IndexFunc(rows, func(r callback.QueueRow) bool { return r.ID == first.ID })
	if ready() != before-1 || rows[0].ID == first.ID || at < 0 || rows[at].Cause != callback.WaitsSkipped || !rows[at].At.After(x.desk.now()) {
		t.Fatalf("%d can be called after %d; it stands %d: %+v", ready(), before, at, rows[max(0, at)].Place)
	}
	for range at {
		x.press("down")
	}
	x.sees("back 13:30/11:30", "Waits: skipped by you")
	x.press("enter")
	if got := last[openCall](x).caseID; got != first.ID {
		t.Errorf("enter opens %s, not %s", got, first.ID)
	}
}

// After an escalation the next case is in hand, as after a skip: not the one
// that went to a supervisor, far down.
func TestQueueCursorStaysWhenACaseIsEscalated(t *testing.T) {
	x := newHand(t, 80, 24, calling)
	rows := slices.Clone(x.desk.rows())
	x.press("1", "e", "enter")
	x.sees("! A reason first.")
	x.write("Asks for the director.")
	x.press("enter")
	if c, _ := x.desk.view(rows[0].ID); c.State != callback.Escalated {
		t.Fatalf("the case is %s", c.State)
	}
	x.press("n")
	x.sees("Note on " + rows[1].Customer)
	x.press("esc", "enter")
	if got := last[openCall](x).caseID; got != rows[1].ID {
		t.Errorf("enter calls %s, not %s", got, rows[1].ID)
	}
}

// The cursor stands on somebody to call: not on who was passed over, nor, when
// a call was saved, on who was just called.
func TestQueueCursorIsOnSomebodyToCall(t *testing.T) {
	passed := ""
	x := newHand(t, 80, 24, calling, func(f *fake, _ *Options) {
		passed = f.rows()[0].ID
		c := f.cases[passed]
		c.Skips = []callback.Skip{{By: f.me.ID, At: f.now().Add(-time.Minute), Reason: "Not now."}}
		c.Plan.Owner = f.me.ID
		f.cases[passed] = c
		f.moved()
	})
	ready := x.desk.rows()
	x.press("1", "enter")
	if got := last[openCall](x).caseID; got != ready[1].ID {
		t.Fatalf("at the start enter calls %s, not %s", got, ready[1].ID)
	}
	x.press("esc", "1", "down", "enter", "enter") // dials the one below
	called := x.call().sheet.draft.CaseID
	x.press("n", "enter")
	if x.front() != queueTitle {
		t.Fatalf("after the call: %s", x.screen())
	}
	x.press("enter")
	if got := last[openCall](x).caseID; got == called || got != ready[1].ID {
		t.Errorf("after the call to %s enter calls %s, not %s", called, got, ready[1].ID)
	}
}

// The footer offers a call only on those who can be called.
func TestQueueOffersNoCallThatCannotBe(t *testing.T) {
	x := newHand(t, 80, 24, calling)
	x.sees("enter call")
	if r := x.desk.rows(); r[len(r)-1].Ready {
		t.Fatal("everybody can be called")
	}
	x.press("G")
	x.sees("enter open")
	x.misses("enter call")
}
