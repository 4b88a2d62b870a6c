package ui

import (
	"slices"
	"strings"
	"testing"

	"ringback/callback"
)

// A step's title that is longer than its pane goes on below.
func TestALongTitleOfAStepIsWhole(t *testing.T) {
	g, err := callback.ParseGuide(`---
id: long
title: Long
version: 1
---
## Before you dial: a score and no words, from somebody who stayed
Look.
`)
	if err != nil {
		t.Fatal(err)
	}
	x := newHand(t, 80, 24, calling, func(f *fake, _ *Options) { f.guides = []callback.Guide{g} })
	x.tell(openCall{caseID: maria})
	x.sees("1/1 Before you dial:", "somebody who stayed", "Look.")
	x.fits("a long title")
}

// The words to be said have the names in them that the desk knows, whatever
// signs a customer's name holds; a step about the customer's words comes only
// if there are any.
func TestGuideIsFilledIn(t *testing.T) {
	g, err := callback.ParseGuide(`---
id: house
title: House
version: 1
---
## Look
@when words: yes
Read their words.

## Look at the score
@unless words: yes
They wrote nothing.

## Greet
> This is **[your name]** from **[company]**. Am I speaking with *[customer]*, [who]?
`)
	if err != nil {
		t.Fatal(err)
	}
	house := func(f *fake, _ *Options) {
		f.guides = []callback.Guide{g}
		f.policy.Company = "Heron"
		c := f.cases[maria]
		c.Customer.Name = "J*hn _Smith_ [x](y)"
		f.cases[maria] = c
		f.moved()
	}
	x := newHand(t, 120, 40, calling, house)
	x.tell(openCall{caseID: maria})
	x.sees("1/2 Look", "Read their words.")
	x.press("right")
	x.sees("This is Anna García from", "Heron", "J*hn _Smith_", "[x](y)", "[who]")
	x.misses("[company]", "[customer]", "[your name]", "wrote nothing")

	x = newHand(t, 120, 40, calling, house, func(f *fake, _ *Options) {
		f.policy.Company = ""
		c := f.cases[maria]
		for i := range c.Responses {
			c.Responses[i].Comment = " "
		}
		f.cases[maria] = c
		f.moved()
	})
	x.tell(openCall{caseID: maria})
	x.sees("1/2 Look at the score", "They wrote nothing.", "They left no words.")
	x.misses("Read their words")
	x.talk()
	x.sees("2/2 Greet", "[company]")
}

// The keys that help lists turn the page of whatever is in view: the guide, or
// what is known of the customer.
func TestGuideScrolls(t *testing.T) {
	long, err := callback.ParseGuide("---\nid: long\ntitle: Long\nversion: 1\n---\n## Look\n" + strings.Repeat("- one more thing\n", 60) + "- the very end\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		for _, keys := range [][2]string{{"pgdown", "pgup"}, {"down", "up"}} {
			if size[0] >= threePanes && keys[0] == "pgdown" {
				continue // turns the customer's page there
			}
			x := onCall(t, size[0], size[1], maria, func(f *fake, _ *Options) { f.guides = []callback.Guide{long} })
			x.misses("the very end")
			x.press(slices.Repeat([]string{keys[0]}, 60)...)
			x.sees("the very end")
			x.press(slices.Repeat([]string{keys[1]}, 60)...)
			x.sees("1/1 Look")
			x.misses("the very end")
		}
	}
	x := onCall(t, 80, 24, maria)
	x.press("?")
	x.write("guide")
	x.sees("guide up", "guide down")
}
