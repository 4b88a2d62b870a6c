package ui

import (
	"strings"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// options is a dialog of a few answers, each with a key of its own.
type options struct {
	e     *env
	title callback.Text
	lines []callback.Text
	list  []option
	at    int
	// back is where cancelling leads, if not out: to the question before this
	// one, with what was answered there.
	back func() tea.Cmd
}

// option is one answer: act is what it does, then is asked for it when it was
// given, and may open a dialog. again turns the dialog into another one instead of
// closing it.
type option struct {
	key   key.Binding
	text  callback.Text
	act   tea.Cmd
	then  func() tea.Cmd
	again func() *options
}

// Typing implements typist: its keys are answers, not the house's.
func (o *options) Typing() bool { return true }

// Update implements dialog.
func (o *options) Update(msg tea.Msg) (bool, tea.Cmd) {
	raw, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return false, nil
	}
	press, d := latin(raw), o.e.keys.dialog
	switch {
	case pressed(press, d.cancel) && o.back != nil:
		return true, o.back()
	case pressed(press, d.cancel):
		return true, nil
	case press.Text == "" && pressed(press, d.up):
		o.at = clamp(o.at-1, 0, len(o.list)-1)
		return false, nil
	case press.Text == "" && pressed(press, d.down):
		o.at = clamp(o.at+1, 0, len(o.list)-1)
		return false, nil
	case pressed(press, d.ok):
		return o.take(o.list[o.at])
	}
	for _, x := range o.list {
		if pressed(press, x.key) {
			return o.take(x)
		}
	}
	return false, nil
}

// Keys implements keyed.
func (o *options) Keys() help.KeyMap {
	d := o.e.keys.dialog
	if o.back != nil {
		d.cancel = named(d.cancel, "back")
	}
	return keySet{short: []key.Binding{d.ok, d.cancel}}
}

func (o *options) take(x option) (bool, tea.Cmd) {
	if x.again != nil {
		*o = *x.again()
		return false, nil
	}
	return true, o.e.chosen(x.act, x.then)
}

// View implements dialog.
func (o *options) View(w, h int) string {
	s := o.e.styles
	width := dialogWidth(w, 64)
	in := width - 4
	out := []string{s.title.Render(cut(o.title, in)), ""}
	room := max(1, h-len(o.list)-5)
	var about []string
	for _, l := range o.lines {
		about = append(about, wrap(l, in)...)
	}
	if len(about) > room {
		about = about[:room]
	}
	out = append(append(out, paint(s.text, about)...), "")
	for i, x := range o.list {
		k, text := pad(say("%s", x.key.Help().Key), 4), pad(x.text, in-6)
		if i == o.at {
			out = append(out, s.selection.Render("▸ "+k+text))
			continue
		}
		out = append(out, "  "+s.key.Render(k)+s.text.Render(text))
	}
	return s.box(width).Render(strings.Join(out, "\n"))
}

// newConfirm asks whether something is meant. Enter means no: it must not
// happen by habit.
func newConfirm(e *env, title callback.Text, lines []callback.Text, yes string, answer tea.Msg) *options {
	d := e.keys.dialog
	return &options{e: e, title: title, lines: lines, list: []option{
		{key: d.no, text: say("no, go back")}, {key: d.yes, text: say("yes, %s", yes), act: send(answer)},
	}}
}

// Leave implements leaver: the program does not end in a call by accident.
func (c *call) Leave() dialog {
	if c.sheet == nil || !c.sheet.begun() {
		return nil
	}
	return c.leaveDialog(false)
}

// leaveDialog asks what is to become of the call. toQueue tells that the call
// itself is left, not only its screen.
func (c *call) leaveDialog(toQueue bool) *options {
	k := c.keys.leave
	id, name := c.sheet.draft.EventID, c.sheet.name()
	keep := c.e.do.saveDraft(c.snapshot(), true)
	drop := c.e.do.dropDraft(id, true)
	if toQueue {
		keep, drop = send(leaveCall{}), send(leaveCall{discard: true})
	}
	sure := func() *options {
		return &options{
			e: c.e, title: say("Discard the call to %s?", name),
			lines: []callback.Text{say("What was typed is thrown away, and the call is not recorded.")},
			list:  []option{{key: k.stay, text: say("no, stay")}, {key: c.e.keys.dialog.yes, text: say("yes, discard it"), act: drop}},
		}
	}
	return &options{
		e: c.e, title: say("The call to %s is not saved", name),
		lines: []callback.Text{say("It is kept as you leave it, also if the computer stops.")},
		list: []option{
			{key: k.stay, text: say("stay")},
			{key: k.keep, text: say("keep it for later, and go"), act: keep},
			{key: k.discard, text: say("discard it"), again: sure},
		},
	}
}

// leaveCall leaves the call in hand for the screen it was begun on.
type leaveCall struct{ discard bool }

// leaveCall puts the call aside or throws it away.
func (c *call) leaveCall(msg leaveCall) tea.Cmd {
	if c.sheet == nil {
		return nil
	}
	if !msg.discard {
		return tea.Batch(c.putAside(), c.goBack())
	}
	cmds := []tea.Cmd{c.letCaseGo(), c.e.do.dropDraft(c.sheet.draft.EventID, false), c.goBack()}
	c.clear()
	return tea.Batch(cmds...)
}

// switchCall is the agent's word to begin another call.
type switchCall openCall

func (c *call) switchDialog(o openCall) dialog {
	k := c.keys.leave
	return &options{
		e: c.e, title: say("The call to %s is not saved", c.sheet.name()),
		lines: []callback.Text{say("It can wait among the unfinished calls while you make another.")},
		list: []option{
			{key: k.stay, text: say("stay with %s", c.sheet.name())},
			{key: k.keep, text: say("keep it for later, and open the other"), act: send(switchCall(o))},
		},
	}
}
