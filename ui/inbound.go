package ui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// inboundCommand is the palette's word for a customer who rings.
const inboundCommand = "inbound call"

// callersFound answers who it may be that rings.
type callersFound struct {
	text string
	rows []callback.QueueRow
	err  error
}

// newInbound asks who rings.
func newInbound(e *env) dialog {
	about := say("The end of their number, or a name. Closed cases are found too.")
	p := newPrompt(e, say("Who rings?"), about, "0042 or Ruiz", func(text string) tea.Cmd {
		return tea.Batch(send(underway{say("Looking for %s…", text)}), e.await(e.do.find(text)))
	})
	p.does = "look"
	return p
}

// found lists who it may be.
func (a *app) found(msg callersFound) tea.Cmd {
	switch {
	case msg.err != nil:
		return send(failed{"find who rings", msg.err})
	case len(msg.rows) == 0:
		return a.open(newNobody(a.e, msg.text))
	}
	return a.open(newCallers(a.e, msg))
}

// callers is the list of who it may be. It opens by itself when the search has
// ended.
type callers struct{ *chooser }

// Sudden implements sudden.
func (callers) Sudden() bool { return true }

func newCallers(e *env, msg callersFound) dialog {
	open := 0
	list := make([]choice, len(msg.rows))
	for i, r := range msg.rows {
		if r.State.Open() {
			open++
		}
		list[i] = callerChoice(e, r, openBeside(msg.rows, r))
	}
	list = append(list, choice{key: say("new"), text: say("none of these: take their call as an ad-hoc one"), then: func() tea.Cmd { return openOutside(outsideCaller(e, msg.text)) }})
	title := say("Who rings? %q", callback.Line(msg.text))
	if open == 0 {
		title = say("Only closed cases: %q", callback.Line(msg.text))
	}
	return callers{newChooser(e, title, list, true)}
}

// callerChoice is a case in one line. An open one is taken at once, another
// after asking.
func callerChoice(e *env, r callback.QueueRow, beside *callback.QueueRow) choice {
	who := callerName(r)
	parts := []string{who.String()}
	switch {
	case r.Found != "":
		parts = append(parts, "also "+r.Found)
	case r.Phone != "" && r.Phone != who.String():
		parts = append(parts, r.Phone)
	}
	if r.Account != "" {
		parts = append(parts, r.Account)
	}
	parts = append(parts, string(r.Kind))
	take := openCall{caseID: r.ID, inbound: true}
	c := choice{key: say("open"), act: send(take)}
	if !r.State.Open() {
		c.key, c.then = say("%s", r.State), func() tea.Cmd { return e.ask(newAfterAll(e, r, beside, take)) }
	}
	c.text = say("%s", strings.Join(parts, " · "))
	return c
}

func callerName(r callback.QueueRow) callback.Text {
	if t := callback.Line(r.Customer); t.String() != "" {
		return t
	}
	return callback.Line(r.Phone)
}

// openBeside finds an open case of the customer of a closed one among those
// that were found, or nil: a customer has one open case at most.
func openBeside(rows []callback.QueueRow, of callback.QueueRow) *callback.QueueRow {
	for i, r := range rows {
		same := r.Phone != "" && r.Phone == of.Phone && callback.SameName(r.Customer, of.Customer)
		if r.State.Open() && r.ID != of.ID && same {
			return &rows[i]
		}
	}
	return nil
}

// newAfterAll asks whether a call is put on the record of a case that is over;
// beside is the customer's open case, or nil.
func newAfterAll(e *env, r callback.QueueRow, beside *callback.QueueRow, take openCall) dialog {
	title := say("%s rings about a case that is over", callerName(r))
	if r.State == callback.Suppressed {
		lines := []callback.Text{say("This customer asked not to be called."), say("Their call is kept on its record, and changes nothing.")}
		return newConfirm(e, title, lines, "put it on record", take)
	}
	k := e.keys.outside
	if beside != nil {
		return &options{
			e: e, title: title, lines: []callback.Text{say("This case is closed, but %s has an open one (%s): the talk belongs there.", callerName(r), beside.Kind)},
			list: []option{
				{key: k.theirs, text: say("open that case"), act: send(openCall{caseID: beside.ID, inbound: true})},
				{key: k.record, text: say("put the call on the closed one's record"), act: send(take)},
				{key: e.keys.dialog.no, text: say("go back")},
			},
		}
	}
	return &options{
		e: e, title: title, lines: []callback.Text{say("This case is closed. What is agreed on the call opens it again by itself.")},
		list: []option{
			{key: e.keys.dialog.no, text: say("no, go back")},
			{key: k.record, text: say("put the call on its record"), act: send(take)},
			{key: k.reopen, text: say("open the case again: we owe them more"), act: e.do.reopen(e.newID(), r.ID)},
			{key: k.fresh, text: say("something new: an ad-hoc call"), then: func() tea.Cmd { return openOutside(newOutside(e, true, r.Phone, r.Customer)) }},
		},
	}
}

// newNobody says that nobody was found, and offers to look again.
func newNobody(e *env, text string) dialog {
	return &options{
		e: e, title: say("Nobody by %q", callback.Line(text)),
		lines: []callback.Text{say("Only customers of your team's cases are known here.")},
		list: []option{
			{key: e.keys.outside.fresh, text: say("take their call as an ad-hoc one"), then: func() tea.Cmd { return openOutside(outsideCaller(e, text)) }},
			{key: e.keys.queue.inbound, text: say("look again"), act: send(command{inboundCommand})},
			{key: e.keys.dialog.no, text: say("go back")},
		},
	}
}

// answerRing begins the call in hand as one that the customer made: they are on
// the line, nothing is dialled.
func (c *call) answerRing() {
	c.sheet.rings(c.now)
	c.keep.dirty = true
	c.banner(toneGood, say("%s is on the line. The call goes on the record of this case.", c.sheet.name()))
}

// ringsBack turns the call in hand, if nothing was dialled yet, into one that
// the customer made; what was typed stays.
func (c *call) ringsBack() tea.Cmd {
	if c.sheet.draft.Phase != callback.PhasePrepare {
		c.banner(toneWarn, say("There is a call to %s in hand already. Save it, then take theirs.", c.sheet.name()))
		return nil
	}
	c.answerRing()
	return tea.Batch(c.flush(), c.claim())
}

// talking heads a call in which somebody is on the line.
func (c *call) talking() string {
	if c.sheet.direction() == callback.Inbound {
		return "● they rang"
	}
	return "● talking"
}

// rings makes the call one that the customer made, now.
func (s *sheet) rings(now time.Time) {
	s.draft.StartedAt = now.UTC()
	s.draft.Number = s.phone().E164
	s.draft.Texts[textRang] = string(callback.Inbound)
	s.answered(now)
}

func (s *sheet) direction() callback.Direction {
	if s.draft.Texts[textRang] != "" {
		return callback.Inbound
	}
	return callback.Outbound
}

// rangWords says how an attempt ended, and that the customer rang if they did.
func rangWords(a callback.Attempt, meaning string) string {
	if a.Direction == callback.Inbound {
		return "They rang: " + meaning
	}
	return meaning
}
