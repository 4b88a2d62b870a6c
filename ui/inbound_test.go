package ui

import (
	"errors"
	"testing"
	"time"

	"ringback/callback"
)

// ringing finds who rings by some words, and takes the list in hand.
func (x *hand) ringing(text string) {
	x.t.Helper()
	x.press("i")
	x.sees("Who rings?")
	x.write(text)
	x.press("enter")
	x.wait(grace)
}

// ended closes Maria's case and keeps the others.
func ended(f *fake, _ *Options) {
	c := f.cases[maria]
	c.State, c.Closing = callback.Closed, &callback.Closing{Resolution: callback.Resolved, At: f.now(), By: "boris"}
	f.cases[maria] = c
	f.moved()
}

// A customer who rings back is found by the end of the number, and is on the
// line at once: nothing is dialled, and the call is theirs on the record.
func TestInboundCall(t *testing.T) {
	x := newHand(t, 120, 40, calling)
	x.ringing("0004")
	x.sees("Who rings?", "John Smith", "+12015550004", "detractor")
	x.press("enter")
	if x.front() != callTitle {
		t.Fatalf("in front is %s", x.front())
	}
	x.sees("● they rang 0:00", "John Smith is on the line.")
	x.wait(91 * time.Second)
	x.sees("● they rang 1:30")
	x.press("n")
	x.write("Asks when the technician comes.")
	x.press("esc", "o")
	x.sees("How did the call end?", "Somebody answered")
	x.misses("Nobody answered", "Voicemail")
	x.press("m", "enter")
	got := x.oneCall()
	if got.Direction != callback.Inbound || got.Talk != 91 || got.Ring != 0 || got.Number != "+12015550004" || !got.StartedAt.Equal(monday.Add(grace)) {
		t.Errorf("recorded %+v", got)
	}
	if e := x.desk.journal[0].Event; e.CaseID != john {
		t.Errorf("recorded on %s", e.CaseID)
	}
	if x.desk.calls["Dial"] != 0 {
		t.Error("the phone was dialled")
	}
	if x.desk.calls["Claim"] == 0 {
		t.Error("nobody was told that the customer is on the line")
	}
	c, _ := x.desk.view(john)
	if a := c.Attempts; len(a) != 1 || a[0].Direction != callback.Inbound || a[0].Shadowed != "" {
		t.Errorf("on the case: %+v", a)
	}
	x.tell(showCase{john})
	x.sees("They rang:")
}

// It is also found by name, from any screen, by the palette.
func TestInboundFromThePalette(t *testing.T) {
	x := newHand(t, 100, 30, calling)
	x.press("3", ":")
	x.write("inbound")
	x.press("enter")
	x.write("groß")
	x.press("enter")
	x.wait(grace)
	x.press("enter")
	x.sees("● they rang", "Jürgen Groß is on the line.")
}

// A customer of whom only closed cases are known is found too; the call goes
// on record only after asking, and is told to have no effect.
func TestInboundOnAClosedCase(t *testing.T) {
	x := newHand(t, 100, 30, calling, ended)
	x.ringing("600000001")
	x.sees("Only closed cases", "Maria López", "closed")
	x.press("enter")
	x.sees("This case is closed.", "no, go back")
	x.press("enter")
	if x.front() != queueTitle {
		t.Fatal("enter by habit began a call on a closed case")
	}
	x.ringing("maría")
	x.sees("Nobody by")
	x.press("i")
	x.write("maria")
	x.press("enter")
	x.wait(grace)
	x.press("enter", "y")
	x.sees("● they rang", "Maria López is on the line.")
	x.press("v", "v")
	x.sees("No call is owed any more.")
	x.press("n")
	x.write("Says thank you.")
	x.press("esc", "o", "m")
	x.press("enter")
	x.oneCall()
	c, _ := x.desk.view(maria)
	if a := c.Attempts; len(a) != 1 || a[0].Direction != callback.Inbound || a[0].Shadowed != "" || c.State != callback.Closed {
		t.Errorf("the case is %s with %+v", c.State, a)
	}
}

// A call that is being prepared becomes theirs when they ring, with what was
// typed; one that goes on stays what it is.
func TestTheyRingWhileTheirCaseIsOpen(t *testing.T) {
	x := onCall(t, 100, 30, john)
	x.press("n")
	x.write("Ask for the order number.")
	x.press("esc")
	x.tell(openCall{caseID: john, inbound: true})
	x.sees("● they rang", "Ask for the order number.")
	if x.call().sheet.draft.Phase != callback.PhaseTalk {
		t.Error("they are not on the line")
	}

	x = onCall(t, 100, 30, maria)
	x.talk()
	x.tell(openCall{caseID: maria, inbound: true})
	x.sees("● talking", "in hand already")
	x.tell(openCall{caseID: john, inbound: true})
	x.press("k")
	x.sees("● they rang", "John Smith is on the line.")
	if len(x.desk.drafts) != 2 {
		t.Errorf("%d drafts are kept, want both calls", len(x.desk.drafts))
	}
}

// A crash in the middle of their call loses neither it nor who rang whom.
func TestInboundCallSurvivesACrash(t *testing.T) {
	x := newHand(t, 100, 30, calling)
	x.ringing("0004")
	x.press("enter")
	x.wait(time.Second)
	x = x.crash(t, 100, 30)
	x.sees("● they rang")
	x.press("n")
	x.write("Rang twice.")
	x.press("esc", "o", "m", "enter")
	if got := x.oneCall(); got.Direction != callback.Inbound {
		t.Errorf("recorded as %q", got.Direction)
	}
}

// An unfinished call of ours on the case is not taken for theirs.
func TestInboundIsNotTheUnfinishedCall(t *testing.T) {
	x := onCall(t, 100, 30, john)
	x.ring()
	x.press("esc", "k")
	if x.front() != queueTitle || len(x.desk.drafts) != 1 {
		t.Fatalf("the call was not kept: %s", x.screen())
	}
	x.ringing("0004")
	x.press("enter")
	x.sees("● they rang 0:00")
	if len(x.desk.drafts) != 2 {
		t.Errorf("%d drafts, want ours and theirs", len(x.desk.drafts))
	}
}

// The list that opens when the search has ended takes no key that was meant
// for something else, and a failure is said.
func TestFoundCallersConfirmNothingByAccident(t *testing.T) {
	x := newHand(t, 100, 30, calling)
	x.press("i")
	x.write("smith")
	x.press("enter", "enter", "enter")
	x.sees("Who rings?")
	if x.front() != queueTitle {
		t.Error("a key that was typed ahead began a call")
	}
	x.wait(grace)
	x.press("esc")
	x.desk.fails["Find"] = errors.New("disk gone")
	x.ringing("smith")
	x.sees("Could not find who rings: disk gone")
}

func TestInboundGolden(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*fake, *Options)
		then func(*hand)
	}{
		{"inbound", nothing, func(x *hand) { x.press("i"); x.write("0004") }},
		{"inbound_found", nothing, func(x *hand) { x.ringing("a"); x.wait(newsFor) }},
		{"inbound_closed", ended, func(x *hand) { x.ringing("maria"); x.wait(newsFor) }},
		{"inbound_sure", ended, func(x *hand) { x.ringing("maria"); x.press("enter"); x.wait(newsFor) }},
		{"inbound_nobody", nothing, func(x *hand) { x.ringing("nemo"); x.wait(newsFor) }},
		{"outside", nothing, func(x *hand) { x.press("a"); x.write("+1 416 555 0123"); x.press("tab"); x.write("Iris Moreno") }},
		{"outside_wrong", nothing, func(x *hand) { x.press("a"); x.write("612 345") }},
		{"outside_open", nothing, func(x *hand) { x.press("a"); x.write("+1 201 555 0004"); x.press("ctrl+s"); x.wait(newsFor) }},
		{"outside_call", nothing, func(x *hand) {
			x.press("a")
			x.write("+34 612 345 678")
			x.press("tab")
			x.write("Iris Moreno")
			x.press("tab")
			x.write("Wants the invoice in two parts.")
			x.press("ctrl+s")
			x.wait(newsFor)
		}},
		{"inbound_talk", nothing, func(x *hand) { x.ringing("0004"); x.press("enter"); x.wait(newsFor) }},
	} {
		for _, size := range goldenSizes {
			t.Run(sized(c.name, size), func(t *testing.T) {
				x := newHand(t, size[0], size[1], calling, c.set)
				c.then(x)
				x.fits(c.name)
				golden(t, sized(c.name, size), x.screen())
			})
		}
	}
}

// The guide begins with what to say to somebody who rings, and has no step for
// calling them.
func TestInboundBeginsOnItsOwnStep(t *testing.T) {
	g, err := callback.ParseGuide(`---
id: both
title: Both
version: 1
---
## Before you dial
Look.

## You call them
@when direction: outbound
Say who you are.

## They ring you
@when direction: inbound
Ask who it is.
`)
	if err != nil {
		t.Fatal(err)
	}
	both := func(f *fake, _ *Options) { f.guides = []callback.Guide{g} }
	x := newHand(t, 120, 40, calling, both)
	x.tell(openCall{caseID: maria, inbound: true})
	x.sees("2/2 They ring you", "Ask who it is.")
	x = onCall(t, 120, 40, maria, both)
	x.press("enter", "a")
	x.sees("2/2 You call them")
}

// Whoever is found by another number of theirs is listed with that one.
func TestACallerIsListedWithTheNumberLookedFor(t *testing.T) {
	x := newHand(t, 80, 24)
	row := callback.QueueRow{ID: "c", Customer: "Ana Ruiz", Phone: "+34600000001", Found: "+34600000009", Kind: callback.KindDetractor, State: callback.New}
	if got := callerChoice(x.app.e, row, nil).text.String(); got != "Ana Ruiz · also +34600000009 · detractor" {
		t.Errorf("listed as %q", got)
	}
}
