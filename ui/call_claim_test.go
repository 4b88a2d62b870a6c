package ui

import (
	"testing"
	"time"

	"ringback/callback"
)

func TestCallConflictOnClaim(t *testing.T) {
	held := callback.Errorf(callback.CodeConflict, "Boris holds the case until 10:40")
	x := onCall(t, 80, 24, maria, func(f *fake, _ *Options) { f.fails["Claim"] = held })
	x.sees("Boris holds the case until 10:40", "esc goes back", "The line drops")
	x.press("n")
	x.write("typing goes on")
	x.press("esc", "enter")
	x.sees("Go back with esc")
	if x.desk.calls["Dial"] != 0 {
		t.Fatal("it dialled while somebody else holds the case")
	}
	delete(x.desk.fails, "Claim")
	x.press("R", "enter")
	if x.desk.calls["Dial"] != 1 {
		t.Fatal("it does not dial once the case is free")
	}
}

func TestCallServerCannotBeAsked(t *testing.T) {
	gone := callback.Errorf(callback.CodeUnreachable, "no answer from the server")
	x := onCall(t, 80, 24, maria, func(f *fake, _ *Options) { f.fails["Claim"] = gone })
	x.sees("somebody may already have called")
	x.press("enter")
	x.sees("Call Maria López anyway?", "already have called")
	x.press("enter") // enter is "no"
	if x.desk.calls["Dial"] != 0 {
		t.Fatal("enter alone dialled")
	}
	x.press("enter", "y")
	x.sees("ringing")
	x.press("n")
	x.sees("Saved: Maria López")
}

// A lease taken earlier, such as a day pack, is as good offline as on.
func TestCallOfflineWithALease(t *testing.T) {
	x := onCall(t, 80, 24, maria, func(f *fake, _ *Options) {
		f.fails["Claim"] = callback.Errorf(callback.CodeUnreachable, "no answer from the server")
		c := f.cases[maria]
		c.Lease = &callback.Lease{ID: "p", Agent: "anna", Purpose: callback.LeasePack, Until: f.now().Add(8 * time.Hour)}
		f.cases[maria] = c
	})
	x.press("enter")
	x.sees("ringing")
}

func TestCallRefusesWhoAskedNotToBeCalled(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	c := x.desk.cases[maria]
	c.State = callback.Suppressed
	x.desk.cases[maria] = c
	x.tell(bell{})
	x.sees("asked not to be called")
	x.press("enter")
	if x.desk.calls["Dial"] != 0 {
		t.Fatal("it dialled")
	}
}

func TestCallRenewsItsLease(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	x.talk()
	before := x.desk.calls["Claim"]
	x.wait(26 * time.Minute)
	if x.desk.calls["Claim"] != before+1 {
		t.Errorf("%d claims while the lease ran out", x.desk.calls["Claim"]-before)
	}
}

// A lease that ran out while the words were read is asked for again before the
// phone rings. It is counted by all clocks of the machine, as the store counts:
// a wall clock that is set back does not prolong it.
func TestCallAsksAgainBeforeDialling(t *testing.T) {
	for _, off := range []time.Duration{0, -30 * time.Minute} {
		x := onCall(t, 80, 24, maria)
		x.off = off
		x.wait(20 * time.Minute)
		x.desk.fails["Claim"] = callback.Errorf(callback.CodeConflict, "Boris holds the case until 11:00")
		x.press("enter")
		x.sees("Boris holds the case")
		if x.desk.calls["Dial"] != 0 {
			t.Errorf("set by %s, it dialled on a lease that had run out", off)
		}
	}
}

// While the server thinks, the agent reads and types; a call that was asked
// for meanwhile starts when the answer comes.
func TestCallDoesNotWaitForTheServer(t *testing.T) {
	x := newHand(t, 80, 24, calling)
	x.app.at = x.app.find(callTitle)
	c := x.call()
	x.app.Update(c.Update(openCall{caseID: maria})()) // the claim is out, and stays out
	x.sees("Asking the server for the case")
	x.press("n")
	x.write("typed while asking")
	x.press("esc", "enter")
	x.sees("the call starts when it is", "typed while asking")
	if x.desk.calls["Dial"] != 0 {
		t.Fatal("it dialled without an answer")
	}
	x.tell(callClaimed{eventID: c.sheet.draft.EventID, lease: x.desk.granted(callback.Lease{Agent: "anna", Until: x.at.Add(time.Hour)})})
	x.sees("ringing")
}

func TestCallAsksAgainWhenTheServerIsBack(t *testing.T) {
	x := onCall(t, 80, 24, maria, func(f *fake, _ *Options) {
		f.status.State = callback.LinkOffline
		f.fails["Claim"] = callback.Errorf(callback.CodeUnreachable, "no answer from the server")
	})
	x.sees("somebody may already have called")
	delete(x.desk.fails, "Claim")
	x.desk.status.State = callback.LinkLive
	x.wait(10 * time.Second)
	x.sees("The case is yours")
}

// Somebody takes the case while the call goes on: the call is a fact all the
// same.
func TestCallGoesOnWithoutTheLease(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	x.talk()
	x.desk.fails["Claim"] = callback.Errorf(callback.CodeConflict, "Boris holds the case")
	x.wait(31 * time.Minute)
	x.sees("Your call is put on record all the same")
	x.press("o", "m", "enter")
	x.sees("Saved: Maria López")
}

// A refusal names the customer, and says the reason in sight: not the case's id.
func TestCallRefusalNamesTheCustomer(t *testing.T) {
	words := callback.Errorf(callback.CodeConflict, "the customer of case %s may not be called now: opens Mon 09:00", maria).WithHint("take another case")
	x := onCall(t, 80, 24, maria, func(f *fake, _ *Options) { f.fails["Claim"] = words })
	x.sees("Maria López may not be called now: opens Mon 09:00")
	x.misses("of case")
	x.press("enter")
	x.sees("Maria López may not be called now: opens Mon 09:00")
}
