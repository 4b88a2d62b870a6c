package ui

import (
	"testing"

	"ringback/callback"
)

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
