package ui

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// dialNumber chooses another of the customer's numbers for the call in hand.
type dialNumber struct{ caseID, number string }

// numberEntered is a number that the agent has typed, as it was understood.
type numberEntered struct {
	caseID string
	added  callback.NumberAdded
}

// numberList is the dialog of a customer's numbers: one of them is chosen for
// this call, or another is entered, checked while it is typed.
type numberList struct {
	c     *call
	rows  []callback.Phone
	at    int
	input textinput.Model
	// instead tells that what is typed takes the place of the number in hand.
	instead bool
	// kind is where the typed number rings, as far as they said.
	kind callback.PhoneKind
	seen outsideSeen
}

// maxNumberTyped bounds what is typed, in runes: a number with room for what
// people write between its digits.
const maxNumberTyped = 60

func (c *call) openNumbers() tea.Cmd {
	l := &numberList{c: c, rows: c.sheet.customer().All(), input: textinput.New()}
	for i, p := range l.rows {
		if p.E164 != "" && p.E164 == c.sheet.phone().E164 {
			l.at = i
		}
	}
	l.input.Prompt, l.input.Placeholder, l.input.CharLimit = "+ ", "type a number", maxNumberTyped
	l.input.KeyMap.Paste.SetEnabled(false)
	l.input.SetStyles(c.e.styles.input())
	l.input.Focus()
	return c.e.ask(l)
}

// Typing implements typist.
func (l *numberList) Typing() bool { return true }

// Keys implements keyed.
func (l *numberList) Keys() help.KeyMap {
	d, f := l.c.e.keys.dialog, l.c.keys.form
	if l.typed() != "" {
		f.nextField.SetEnabled(l.dialable())
		return keySet{short: []key.Binding{named(d.ok, "add it"), named(f.nextField, "beside, or in place of"), named(f.prevField, "kind"), d.cancel}}
	}
	d.ok.SetEnabled(l.c.sheet.draft.Phase == callback.PhasePrepare && len(l.rows) > 0)
	return keySet{short: []key.Binding{named(d.ok, "take this one"), d.up, d.down, d.cancel}}
}

func (l *numberList) typed() string { return strings.TrimSpace(l.input.Value()) }

// dialable tells whether the number in hand is one that could be replaced.
func (l *numberList) dialable() bool { return l.at < len(l.rows) && l.rows[l.at].E164 != "" }

func (l *numberList) Update(msg tea.Msg) (bool, tea.Cmd) {
	d := l.c.e.keys.dialog
	switch msg := msg.(type) {
	case outsideDue:
		return false, l.ask(msg)
	case outsideSeen:
		l.see(msg)
	case tea.PasteMsg:
		msg.Content = callback.Line(msg.Content).String()
		return false, l.write(msg)
	case tea.KeyPressMsg:
		switch {
		case pressed(msg, d.cancel):
			return true, nil
		case pressed(msg, d.ok):
			return l.accept()
		case pressed(msg, d.up):
			l.at = clamp(l.at-1, 0, max(0, len(l.rows)-1))
		case pressed(msg, d.down):
			l.at = clamp(l.at+1, 0, max(0, len(l.rows)-1))
		case pressed(msg, l.c.keys.form.nextField):
			l.instead = l.typed() != "" && l.dialable() && !l.instead
		case pressed(msg, l.c.keys.form.prevField):
			l.kind = kindAfter(l.kind)
		default:
			msg.Text = callback.Clean(msg.Text).String()
			return false, l.write(msg)
		}
	}
	return false, nil
}

func (l *numberList) write(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	l.input, cmd = l.input.Update(msg)
	if l.instead = l.instead && l.typed() != ""; l.typed() == "" {
		l.kind = callback.PhoneOther
	}
	return tea.Batch(cmd, l.look(outsidePause))
}

// accept adds what is typed, if it is a number, or chooses the one in hand.
func (l *numberList) accept() (bool, tea.Cmd) {
	caseID := l.c.sheet.draft.CaseID
	if l.typed() != "" {
		p, _, err := l.read()
		if err != nil {
			return false, nil
		}
		added := callback.NumberAdded{Phone: p, Next: true}
		if l.instead && l.dialable() {
			added.Replaces = l.rows[l.at].E164
		}
		return true, send(numberEntered{caseID, added})
	}
	if l.at >= len(l.rows) || l.c.sheet.draft.Phase != callback.PhasePrepare {
		return true, nil
	}
	if !l.rows[l.at].Known() {
		return false, nil
	}
	return true, send(dialNumber{caseID, l.rows[l.at].E164})
}

// read understands what is typed by the region of the numbers on the case.
func (l *numberList) read() (callback.Phone, string, error) {
	p, doubt, err := callback.ReadNumber(l.typed(), l.c.sheet.customer().Region())
	p.Kind = l.kind
	if have, ok := l.c.sheet.customer().Number(p.E164); ok && err == nil {
		switch {
		case have.Barred:
			err = callback.Errorf(callback.CodeInvalid, "this number is on the do-not-call list")
		case have.Invalid:
			doubt = "a call found that it leads nowhere; adding it brings it back"
		}
	}
	return p, doubt, err
}

func (l *numberList) View(w, h int) string {
	s := l.c.e.styles
	width := dialogWidth(w, 78)
	in := width - 4
	l.input.SetWidth(max(1, in-3))
	lines := []string{s.title.Render(cut(say("Numbers of %s", l.c.sheet.name()), in))}
	if len(l.rows) == 0 {
		lines = append(lines, s.faint.Render(cut(say("None is on record. Type the one they gave you."), in)))
	}
	room := max(1, h-9)
	top := clamp(l.at-room/2, 0, max(0, len(l.rows)-room))
	for i := top; i < min(len(l.rows), top+room); i++ {
		lines = append(lines, l.row(i, in))
	}
	lines = append(lines, "", limit(l.input.View(), in))
	lines = append(lines, l.verdict(in)...)
	return s.box(width).Render(strings.Join(lines, "\n"))
}

// row draws a number: what it is, the time where it rings, and whether it may
// be dialled now.
func (l *numberList) row(i, w int) string {
	s, p := l.c.e.styles, l.rows[i]
	name := callback.Line(p.E164)
	if p.E164 == "" {
		name = say("“%s”", p.Raw)
	} else if p.Ext != "" {
		name = say("%s ext. %s", p.E164, p.Ext)
	}
	rings := l.c.sheet.ringsAt(p, l.c.now)
	if p.E164 != "" && p.E164 == l.c.sheet.customer().Phone.E164 && p.Known() && len(l.rows) > 1 {
		rings = say("its turn · %s", rings)
	}
	head := pad(name, 17) + " " + pad(say("%s", p.Kind), 7)
	text := head + pad(rings, max(0, w-2-cells(head)))
	if i == l.at {
		return s.selection.Render("▸ " + text)
	}
	style := s.text
	if !p.Known() {
		style = s.faint
	}
	return "  " + style.Render(text)
}

// ringsAt says what time it is where a number rings, and whether it may be
// called now.
func (s *sheet) ringsAt(p callback.Phone, now time.Time) callback.Text {
	return ringsAt(s.policy, p, now)
}

func ringsAt(policy callback.Policy, p callback.Phone, now time.Time) callback.Text {
	switch {
	case p.E164 == "":
		return say("not understood as a number")
	case p.Barred:
		return say("on the do-not-call list")
	case p.Invalid:
		return say("leads nowhere")
	case len(p.Zones) == 0:
		return say("time zone not known")
	}
	loc, err := callback.Zone(p.Zones[0])
	if err != nil {
		return say("time zone not known")
	}
	where := callback.City(loc.String())
	if n := len(p.Zones); n > 1 {
		where = say("%s or %d more zones", where, n-1).String()
	}
	o := policy.Window(p.Region, p.Zones, now)
	switch {
	case o.Open:
		return say("%s in %s, open until %s%s", now.In(loc).Format("15:04"), where, o.Until.In(loc).Format("15:04"), ownHours(policy, p, now))
	case o.At.IsZero():
		return say("%s in %s, no hour is allowed", now.In(loc).Format("15:04"), where)
	}
	return say("%s in %s, opens %s", now.In(loc).Format("15:04"), where, o.At.In(loc).Format("Mon 15:04"))
}

// ownHours says that a number's region has hours of its own, where those of
// everywhere else say otherwise.
func ownHours(policy callback.Policy, p callback.Phone, now time.Time) string {
	if region := policy.OwnHours(p.Region, p.Zones, now); region != "" {
		return " " + say("(%s hours)", region).String()
	}
	return ""
}

// dialThis makes it another number's turn in this call.
func (c *call) dialThis(msg dialNumber) {
	if c.sheet == nil || c.sheet.draft.CaseID != msg.caseID || c.sheet.draft.Phase != callback.PhasePrepare {
		return
	}
	if _, ok := c.view().Dialling(msg.number); !ok {
		return
	}
	c.sheet.draft.Number = msg.number
	c.sheet.settleZone()
	c.banner(toneGood, say("This call goes to %s: %s.", msg.number, c.sheet.ringsAt(c.sheet.phone(), c.now)))
}

// enter puts a number that was typed on the case.
func (c *call) enter(msg numberEntered) tea.Cmd {
	if c.sheet == nil || c.sheet.draft.CaseID != msg.caseID {
		return nil
	}
	if c.sheet.draft.Phase == callback.PhasePrepare {
		c.sheet.draft.Number = ""
	}
	if c.hold.err != nil && !c.held() && c.view().State == callback.Review {
		c.banner(toneQuiet, say("The server hears of it within half a minute; then R asks for the case."))
	}
	c.look.typed = append(c.look.typed, msg.added.Phone.E164)
	fact := callback.Fact{EventID: c.e.newID(), CaseID: msg.caseID, Fence: c.sheet.draft.Fence, Payload: &msg.added}
	return tea.Sequence(
		c.e.do.record(fact, say("Added %s to %s", msg.added.Phone.E164, c.sheet.name()).String()), c.e.do.refreshCall(msg.caseID),
	)
}

// unlisted tells that the number in hand was typed here and that the server
// has not looked for it on the do-not-call list yet.
func (c *call) unlisted() bool {
	for _, n := range c.look.typed {
		if n == c.sheet.phone().E164 {
			return c.sheet.view.Pending > 0
		}
	}
	return false
}

// phoneWords are the customer's numbers that may be dialled, the one of this
// call first.
func (c *call) phoneWords() []string {
	now := c.sheet.phone()
	out := []string{phoneWords(now)}
	for _, p := range c.sheet.customer().Numbers() {
		if p.E164 != now.E164 {
			out = append(out, phoneWords(p))
		}
	}
	return out
}

// phoneWords say a number, where it rings and whether it leads anywhere.
func phoneWords(p callback.Phone) string {
	text := p.E164
	if p.Ext != "" {
		text += " ext. " + p.Ext
	}
	if p.Kind != callback.PhoneOther {
		text += " " + string(p.Kind)
	}
	switch {
	case p.Barred:
		text += " (do not call)"
	case p.Invalid:
		text += " (leads nowhere)"
	}
	return text
}

// changeWords say what became of a number, and by whom.
func changeWords(n callback.NumberChange, name func(string) callback.Text) callback.Text {
	switch {
	case n.Response != "":
		return say("%s %s by their own answer", n.Number, n.What.Words())
	case n.By != "":
		return say("%s %s · %s", n.Number, n.What.Words(), name(n.By))
	}
	return say("%s %s", n.Number, n.What.Words())
}
