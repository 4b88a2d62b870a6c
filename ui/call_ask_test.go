package ui

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringback/callback"
)

const askingGuide = `---
id: asking
title: A guide with branches
for: request, detractor
language: en
---
## Greet
Say who you are.

## Listen
@ask before: Did it happen before? | first time | told us before
@ask cost: What did it cost them?
Let them finish.

## Told before
@when answer.before: told us before
Say sorry twice.

## Money
@when reason: billing
Look at the invoice together.

## After
Breathe out.
`

func asking(f *fake, _ *Options) {
	g, err := callback.ParseGuide(askingGuide)
	if err != nil {
		panic(err)
	}
	f.guides = []callback.Guide{g}
}

// The guide asks, keeps the answers with the call, and shows the steps that
// they open.
func TestCallGuideAsksAndBranches(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {80, 24}, {120, 40}} {
		x := onCall(t, size[0], size[1], maria, asking)
		x.press("enter")
		x.wait(5 * time.Second)
		x.press("a", "w")
		x.sees("Did it happen before?", "first time", "told us before", "question 1 of 2")
		x.press("2")
		x.sees("What did it cost them?")
		x.write("two days wages")
		x.press("enter")
		if x.call().focus != fieldHome {
			t.Fatalf("after the last question the focus is on %q", x.call().focus)
		}
		x.press("right")
		x.sees("Say sorry twice")
		x.press("right")
		x.sees("Breathe out")
		x.press("r", "3", "1", "1")
		x.press("left")
		x.sees("Look at the invoice together")
		x.press("n")
		x.write("Charged twice.")
		x.press("esc", "h", "o")
		for i, r := range x.call().pick.rows {
			if r.rule.Code == callback.TalkedListened {
				x.call().pick.at = i
			}
		}
		x.press("enter", "n", "enter", "enter")
		want := []callback.GuideAnswer{
			{ID: "before", Question: "Did it happen before?", Answer: "told us before"},
			{ID: "cost", Question: "What did it cost them?", Answer: "two days wages"},
		}
		if diff := cmp.Diff(want, x.oneCall().Answers); diff != "" {
			t.Error(diff)
		}
	}
}

// An answer can be changed and taken back; a step that is ruled out stays
// until it is left.
func TestCallAnswerTakenBack(t *testing.T) {
	x := onCall(t, 120, 40, maria, asking)
	x.talk()
	x.press("w", "2", "esc", "right")
	x.sees("3/4 Told before")
	x.press("left", "w", "shift+tab")
	x.sees("told us before ✓")
	x.press("backspace", "esc")
	x.sees("2/3 Listen", "w notes the answer")
	x.press("right")
	x.sees("3/3 After")
}

// A program that is killed while an answer is typed loses nothing of it.
func TestCallAnswerSurvives(t *testing.T) {
	x := onCall(t, 120, 40, maria, asking)
	x.talk()
	x.press("w", "2")
	x.write("two days")
	x.wait(3 * time.Second)
	drafts, err := x.call().e.do.drafts.Drafts()
	if err != nil || len(drafts) != 1 {
		t.Fatal(len(drafts), err)
	}
	d := drafts[0]
	if d.Field != string(fieldAnswer) || d.Texts["asked.cost"] != "two days" || d.Texts["asked.before"] != "told us before" {
		t.Errorf("the draft holds %+v in field %q", d.Texts, d.Field)
	}
}
