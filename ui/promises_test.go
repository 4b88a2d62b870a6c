package ui

import (
	"testing"
	"time"

	"ringback/callback"
)

// owing gives John, who lives in New York, two promises, one of them late, and
// Maria none that is open.
func owing(f *fake, o *Options) {
	peopled(f, o)
	c := f.cases["case-000004"]
	c.State, c.Plan.NotBefore, c.Plan.Owner = callback.InProgress, f.now().Add(-2*time.Hour), "anna"
	c.Promises = []callback.Promise{
		{ID: "p1", Text: "Send a technician", Owner: "boris", Due: f.now().Add(26 * time.Hour), Status: callback.PromiseOpen},
		{ID: "p2", Text: "Refund the day off", Owner: "anna", Due: f.now().Add(-2 * time.Hour), Status: callback.PromiseOpen},
		{ID: "p3", Text: "Call the shop", Owner: "anna", Due: f.now().Add(-9 * time.Hour), Status: callback.PromiseDone},
	}
	f.cases[c.ID] = c
	f.moved()
}

// onPromises opens the list of John's promises.
func onPromises(t *testing.T, w, h int) *hand {
	t.Helper()
	x := newHand(t, w, h, owing)
	x.tell(showCase{"case-000004"})
	x.press("p")
	return x
}

func (x *hand) promise(id string) callback.Promise {
	x.t.Helper()
	c, _ := x.desk.view("case-000004")
	for _, p := range c.Promises {
		if p.ID == id {
			return p
		}
	}
	x.t.Fatalf("promise %s is gone", id)
	return callback.Promise{}
}

func TestPromisesAreListedTheFirstDueFirst(t *testing.T) {
	x := onPromises(t, 120, 40)
	x.sees("Promised to John Smith", "▸ Refund the day off", "! 2 h late · Anna García · due Mon 16 Nov 08:30, 02:30 in New",
		"Send a technician", "Борис Лебедев · due Tue 17 Nov 12:30, 06:30 in New York", "k kept")
	x.press("esc")
	x.misses("Promised to John Smith")
	x.sees("! promise of Anna García,", "2 h late: Refund", "◷ promise of Борис", "✓ promise kept: Call the", "p promises")
}

func TestPromiseIsSettled(t *testing.T) {
	for _, c := range []struct {
		keys   []string
		note   string
		then   string
		id     string
		status callback.PromiseStatus
		told   bool
		sees   string
	}{
		{[]string{"k"}, "", "", "p2", callback.PromiseDone, false, "Promise kept: Refund the day off"},
		{[]string{"b"}, "the bank refused; q?", "n", "p2", callback.PromiseBroken, false, "Promise broken: Refund"},
		// A note has letters that are answers to the question which follows it.
		{[]string{"b"}, "did not arrive yet", "y", "p2", callback.PromiseBroken, true, "Promise broken: Refund"},
		{[]string{"b"}, "", "enter", "p2", callback.PromiseBroken, false, "Promise broken: Refund"},
		{[]string{"down", "c"}, "", "", "p1", callback.PromiseCancelled, false, "Promise cancelled: Send a technician"},
	} {
		x := onPromises(t, 100, 24)
		x.press(c.keys...)
		x.write(c.note)
		x.press("enter")
		if c.then != "" {
			x.sees("Does the customer know", c.note)
			x.press(c.then)
		}
		if len(x.desk.journal) != 1 {
			t.Fatalf("%v recorded %d facts", c.keys, len(x.desk.journal))
		}
		got := decoded(t, x.desk.journal[0].Event).(*callback.PromiseSettled)
		if want := (callback.PromiseSettled{PromiseID: c.id, Status: c.status, Told: c.told, Note: c.note}); *got != want {
			t.Errorf("recorded %+v, want %+v", *got, want)
		}
		if p := x.promise(c.id); p.Status != c.status {
			t.Errorf("%s is %s", c.id, p.Status)
		}
		x.sees(c.sees, "u undo")
		x.press("u")
		if p := x.promise(c.id); p.Status != callback.PromiseOpen {
			t.Errorf("taken back, %s is %s", c.id, p.Status)
		}
	}
}

// The last promise kept closes the case; it leaves the queue, and comes back
// when that is taken back.
func TestLastPromiseKeptClosesTheCase(t *testing.T) {
	x := onPromises(t, 100, 24)
	x.press("k", "enter", "p", "k", "enter")
	if c, _ := x.desk.view("case-000004"); c.State != callback.Closed {
		t.Fatalf("the case is %s", c.State)
	}
	x.sees("7 open")
	x.press("u")
	x.sees("8 open")
}

// Nothing is settled by accident: esc at either step leaves all as it was, and
// without a promise there is no dialog.
func TestPromiseGivenUp(t *testing.T) {
	x := onPromises(t, 100, 24)
	x.press("k", "esc", "p", "j", "x", "esc", "p", "b", "y", "n", "esc", "p", "b", "y", "enter", "esc", "esc")
	if len(x.desk.journal) != 0 {
		t.Error("esc settled a promise")
	}
	x.tell(showCase{"case-000001"})
	x.press("p")
	x.sees("Nothing promised to Maria López is open.")
	if len(x.app.dialogs) != 0 {
		t.Error("there is a dialog about no promises")
	}
}

// Esc at the second question leads back to the first, with what was written.
func TestPromiseNoteIsKeptByGoingBack(t *testing.T) {
	x := onPromises(t, 100, 24)
	x.press("b")
	x.write("the bank refused")
	x.press("enter")
	x.sees("Does the customer know", "esc back")
	x.press("esc")
	x.sees("Promise broken", "> the bank refused", "enter go on", "esc cancel")
	x.write(" twice")
	x.press("enter", "y")
	if len(x.desk.journal) != 1 {
		t.Fatalf("recorded %d facts", len(x.desk.journal))
	}
	if got := decoded(t, x.desk.journal[0].Event).(*callback.PromiseSettled); got.Note != "the bank refused twice" || !got.Told || got.PromiseID != "p2" {
		t.Errorf("recorded %+v", *got)
	}
}

func TestPromiseGolden(t *testing.T) {
	for name, keys := range map[string][]string{"promises": nil, "promise_kept": {"k"}} {
		for _, size := range goldenSizes {
			t.Run(sized(name, size), func(t *testing.T) {
				x := onPromises(t, size[0], size[1])
				x.press(keys...)
				x.fits(name)
				golden(t, sized(name, size), x.screen())
			})
		}
	}
}
