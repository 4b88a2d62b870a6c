package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// floorMay is what may be done with a row by this person.
type floorMay struct{ take, giveBack, clear, assign, close, promise bool }

func (f *floorScreen) may(r floorRow) floorMay {
	leads := f.e.me.Role.Leads()
	answers, looks := leads && r.part == floorEscalated, leads && r.part == floorReview
	return floorMay{
		take: answers && r.with != f.e.me.ID, giveBack: answers, clear: looks, assign: answers || looks, close: answers || looks,
		promise: r.part == floorPromise,
	}
}

// act does something with the row in hand, if this person may.
func (f *floorScreen) act(msg tea.KeyPressMsg, r floorRow) tea.Cmd {
	k, may := f.e.keys.floor, f.may(r)
	switch {
	case pressed(msg, k.call) && r.state.Open():
		return f.e.follow(send(openCall{caseID: r.caseID, from: floorTitle}))
	case pressed(msg, k.show):
		return send(showCase{r.caseID})
	case pressed(msg, k.take) && may.take:
		return f.e.do.decide(f.fact(r, &callback.EscalationTaken{}), say("You have taken %s", r.customer).String())
	case pressed(msg, k.giveBack) && may.giveBack:
		return f.e.ask(f.giveBack(r, ""))
	case pressed(msg, k.clear) && may.clear:
		return f.e.ask(f.clearTo(r, ""))
	case pressed(msg, k.assign) && may.assign:
		return f.e.ask(f.assignees(r))
	case pressed(msg, k.close) && may.close:
		return f.e.ask(f.endings(r))
	case pressed(msg, k.promise) && may.promise:
		return f.e.ask(f.promises(r))
	}
	return nil
}

func (f *floorScreen) fact(r floorRow, p callback.Payload) callback.Fact {
	return callback.Fact{EventID: f.e.newID(), CaseID: r.caseID, Payload: p}
}

// giveBack asks for the words with which a case goes back to an agent; empty
// is whoever asked.
func (f *floorScreen) giveBack(r floorRow, to string) dialog {
	who := to
	if who == "" {
		who = r.by
	}
	title, does, done := say("Return %s to the agent", r.customer), "return it", say("Returned %s", r.customer)
	switch {
	case to != "" && to != r.by:
		title, does, done = say("Give %s to %s", r.customer, f.name(to)), "give it", say("Gave %s to %s", r.customer, f.name(to))
	case who != "":
		title = say("Return %s to %s", r.customer, f.name(who))
	}
	p := newPrompt(f.e, title, say("What they are to know or do. They see it on the case."), "words", func(words string) tea.Cmd {
		return f.e.do.decide(f.fact(r, &callback.EscalationReturned{To: to, Words: words}), done.String())
	})
	p.does = does
	return p
}

// clearTo takes a case back to the queue, for an agent or for anyone.
func (f *floorScreen) clearTo(r floorRow, to string) dialog {
	title := say("Back to the queue: %s", r.customer)
	if to != "" {
		title = say("Give %s to %s", r.customer, f.name(to))
	}
	p := newPrompt(f.e, title, say("A note for whoever calls, or nothing."), "note", func(words string) tea.Cmd {
		return f.e.do.decide(f.fact(r, &callback.ReviewSettled{To: to, Words: words}), say("Back to the queue: %s", r.customer).String())
	})
	p.optional = true
	return p
}

// assignees lists the agents to whom a case can be given.
func (f *floorScreen) assignees(r floorRow) dialog {
	var list []choice
	for _, id := range f.callers {
		next := f.giveBack
		if r.part == floorReview {
			next = f.clearTo
		}
		list = append(list, choice{text: f.name(id), also: id, then: func() tea.Cmd { return f.e.ask(next(r, id)) }})
	}
	slices.SortFunc(list, func(a, b choice) int { return compareText(a.text, b.text) })
	return newChooser(f.e, say("Give %s to", r.customer), list, true)
}

func compareText(a, b callback.Text) int {
	switch x, y := a.String(), b.String(); {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// floorEndings are how a supervisor may end a case, the likeliest first.
var floorEndings = []struct {
	how   callback.Resolution
	words string
}{
	{callback.EscalatedClosed, "settled by a supervisor"},
	{callback.Resolved, "the matter is resolved"},
	{callback.Explained, "it was explained"},
	{callback.PromiseKept, "what was promised is done"},
	{callback.PromiseBrokenClosed, "the promise was not kept, and they know"},
	{callback.Lost, "the customer is leaving"},
	{callback.Refused, "they do not want to talk"},
	{callback.Duplicate, "another case is about the same"},
	{callback.NotEligible, "it should not have been opened"},
	{callback.StaleContact, "the contact is out of date"},
	{callback.UnreachData, "no number leads to them"},
	{callback.Exhausted, "enough was tried"},
}

// endings lists how the row's case may end.
func (f *floorScreen) endings(r floorRow) dialog {
	var list []choice
	for _, x := range floorEndings {
		if r.part == floorReview && x.how == callback.EscalatedClosed {
			continue
		}
		list = append(list, choice{text: say("%s", x.words), then: func() tea.Cmd { return f.e.ask(f.end(r, x.how, x.words)) }})
	}
	return newChooser(f.e, say("Close %s", r.customer), list, true)
}

// end asks how it was settled, and closes the case.
func (f *floorScreen) end(r floorRow, how callback.Resolution, words string) dialog {
	title := say("Close %s: %s", r.customer, words)
	done := func(p callback.Payload) tea.Cmd {
		return f.e.do.decide(f.fact(r, p), say("Closed %s", r.customer).String())
	}
	if r.part == floorReview {
		p := newPrompt(f.e, title, say("A note for the record, or nothing."), "note", func(note string) tea.Cmd {
			return done(&callback.ReviewSettled{Resolution: how, Words: note})
		})
		p.optional = true
		return p
	}
	return newPrompt(f.e, title, say("How it was settled. It stays on record."), "words", func(words string) tea.Cmd {
		return done(&callback.EscalationResolved{Resolution: how, Words: words})
	})
}

// promises lists what is owed on the row's case.
func (f *floorScreen) promises(r floorRow) dialog {
	list := &promiseList{e: f.e, caseID: r.caseID, title: say("Promised to %s", r.customer)}
	for _, o := range f.list.owed {
		if o.caseID != r.caseID {
			continue
		}
		if o.id == r.id {
			list.at = len(list.rows)
		}
		list.rows = append(list.rows, promiseRow{
			id: o.promise.ID, text: callback.Line(o.promise.Text), overdue: overdueText(o.promise, f.e.now()),
			terms: say("%s · due %s", f.name(o.with), bothClocks(o.due, f.e.zone, o.zone)),
		})
	}
	return list
}

// newEscalate asks why a case is put before a supervisor.
func newEscalate(e *env, r queueRow) dialog {
	about := say("Why? A supervisor reads it and answers; until then nobody calls.")
	p := newPrompt(e, say("Escalate %s", r.customer), about, "reason", func(reason string) tea.Cmd {
		f := callback.Fact{EventID: e.newID(), CaseID: r.id, Payload: &callback.CaseEscalated{Reason: reason}}
		return e.do.decide(f, say("Escalated %s", r.customer).String())
	})
	p.lacks = reasonFirst()
	return p
}
