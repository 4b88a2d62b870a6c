package ui

import (
	"fmt"
	"testing"
	"time"

	"ringback/callback"
)

// keptDrafts is the fake desk with drafts as the store keeps them: a call that is
// taken back comes back as it was last saved.
type keptDrafts struct {
	*fake
	kept map[string]callback.Draft
}

func (d *keptDrafts) SaveDraft(x callback.Draft) error {
	x.SavedAt = d.now()
	if err := d.fake.SaveDraft(x); err != nil {
		return err
	}
	d.kept[x.EventID] = x
	return nil
}

func (d *keptDrafts) Undo(id string) (*callback.Draft, error) {
	got, err := d.fake.Undo(id)
	if kept, ok := d.kept[id]; ok && got != nil {
		got = &kept
		got.EventID = "undone-" + id
		err = d.SaveDraft(*got)
	}
	return got, err
}

const callGuide = `---
id: unhappy
title: An unhappy customer
for: request, detractor
language: en
---
## Greet
Say **who you are** and why you call.

> "You told us about the line. I would like to hear it from you."

## Listen
- Let them finish.
- Ask what it cost them.

## Agree
Say what *you* will do, and by when.
`

// calling is the world of the call's tests: people, a guide, and a desk whose
// drafts come back.
func calling(f *fake, o *Options) {
	f.fill(len(people), people)
	g, err := callback.ParseGuide(callGuide)
	if err != nil {
		panic(err)
	}
	f.guides = []callback.Guide{g}
	o.Drafts = &keptDrafts{f, map[string]callback.Draft{}}
}

// onCall opens a call on a case, in a terminal of w by h cells.
func onCall(t testing.TB, w, h int, caseID string, set ...func(*fake, *Options)) *hand {
	t.Helper()
	x := newHand(t, w, h, append([]func(*fake, *Options){calling}, set...)...)
	x.tell(openCall{caseID: caseID})
	if x.front() != callTitle || x.call().sheet == nil {
		t.Fatalf("the call did not open: %s", x.screen())
	}
	return x
}

func (x *hand) call() *call {
	for _, s := range x.app.screens {
		if c, ok := s.(*call); ok {
			return c
		}
	}
	x.t.Fatal("there is no Call screen")
	return nil
}

// talk dials, is answered and talks for a while.
func (x *hand) talk() {
	x.press("enter")
	x.wait(6 * time.Second)
	x.press("a")
	x.wait(time.Minute)
}

// ring dials, if need be after waiting until the customer may be called.
func (x *hand) ring() {
	x.t.Helper()
	c := x.call()
	if stop := c.sheet.policy.MayDial(c.view(), x.at); stop.Stops() {
		x.wait(stop.At.Sub(x.at))
	}
	x.press("enter")
	if c.sheet.draft.Phase != callback.PhaseDial {
		x.t.Fatalf("nothing rings:\n%s", x.screen())
	}
}

// recordedCalls are the calls in the journal that stand.
func (x *hand) recordedCalls() []*callback.CallRecorded {
	x.t.Helper()
	var out []*callback.CallRecorded
	for _, e := range x.desk.journal {
		if e.Event.Kind != callback.KindCallRecorded || e.State == callback.Withdrawn {
			continue
		}
		p, err := e.Event.Decode()
		if err != nil {
			x.t.Fatalf("an invalid call is in the journal: %v", err)
		}
		out = append(out, p.(*callback.CallRecorded))
	}
	return out
}

// oneCall is the only call in the journal.
func (x *hand) oneCall() *callback.CallRecorded {
	x.t.Helper()
	all := x.recordedCalls()
	if len(all) != 1 {
		x.t.Fatalf("%d calls are in the journal, want 1:\n%s", len(all), x.screen())
	}
	return all[0]
}

// crash ends the program as kill -9 does and starts it again on what is on the
// disk.
func (x *hand) crash(t testing.TB, w, h int) *hand {
	t.Helper()
	old := x.desk
	at := x.at
	next := newHand(t, w, h, func(f *fake, o *Options) {
		f.cases, f.journal, f.drafts, f.guides, f.policy = old.cases, old.journal, old.drafts, old.guides, old.policy
		o.Drafts = &keptDrafts{f, map[string]callback.Draft{}}
		ids := 0
		o.NewID = func() string { ids++; return fmt.Sprintf("new-%04d", ids) }
	})
	next.at = at
	return next
}
