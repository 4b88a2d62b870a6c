package ui

import (
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
		f.cases[maria] = c
		f.drafts = []callback.Draft{{EventID: "draft", CaseID: hanako, Phase: callback.PhaseWrap}}
		f.moved()
	})
	x.press("1")
	x.sees("skipped 10:29", "call unsaved")
	x.press("s")
	x.sees("1  I know this person.", "6  This number answers for other people too.")
	x.write("7")
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
