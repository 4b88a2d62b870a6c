package ui

import (
	"strings"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// outsideCommand is the palette's word for a call outside the queue.
const outsideCommand = "ad-hoc call"

// The fields of a call outside the queue.
const (
	outsideNumber = iota
	outsideName
	outsideReason
	outsideFields
)

var outsideLabels = [outsideFields]string{"Number", "Name", "About"}

// outside asks whom an agent calls to whom no case is open, or who rings that
// no case knows: it becomes a case of that agent, outside the queue's figures.
type outside struct {
	e       *env
	inbound bool
	inputs  [outsideFields]textinput.Model
	at      int
	phone   callback.Phone
	doubt   string
	wrong   error
}

// newOutside asks for the person; what is known of them already is filled in.
func newOutside(e *env, inbound bool, number, name string) *outside {
	o := &outside{e: e, inbound: inbound}
	for i := range o.inputs {
		in := textinput.New()
		in.Prompt, in.CharLimit = "", 200
		in.SetStyles(e.styles.input())
		o.inputs[i] = in
	}
	o.inputs[outsideNumber].Placeholder = "+34 612 345 678"
	o.inputs[outsideName].Placeholder = "who it is"
	o.inputs[outsideReason].Placeholder = "what it is about, if you like"
	o.inputs[outsideNumber].SetValue(number)
	o.inputs[outsideName].SetValue(name)
	if number != "" {
		o.at = outsideName
	}
	o.inputs[o.at].Focus()
	o.read()
	return o
}

// outsideCaller begins with what was looked for in vain: a number or a name.
func outsideCaller(e *env, text string) *outside {
	if strings.Trim(text, "+0123456789 -./()") == "" {
		return newOutside(e, true, text, "")
	}
	return newOutside(e, true, "", text)
}

// Typing implements typist.
func (o *outside) Typing() bool { return true }

func (o *outside) Update(msg tea.Msg) (bool, tea.Cmd) {
	press, isKey := msg.(tea.KeyPressMsg)
	_, isPaste := msg.(tea.PasteMsg)
	d, f := o.e.keys.dialog, o.e.keys.call.form
	switch {
	case !isKey && !isPaste:
		return false, nil
	case isKey && pressed(press, d.cancel):
		return true, nil
	case isKey && pressed(press, f.save):
		return o.finish()
	case isKey && pressed(press, d.ok) && o.at == outsideNumber && o.wrong != nil:
		return false, nil
	case isKey && pressed(press, d.ok):
		if o.at < outsideReason && o.value(o.at+1) == "" {
			return false, o.turn(1)
		}
		return o.finish()
	case isKey && (pressed(press, f.nextField) || pressed(press, d.down)):
		return false, o.turn(1)
	case isKey && (pressed(press, f.prevField) || pressed(press, d.up)):
		return false, o.turn(-1)
	}
	var cmd tea.Cmd
	o.inputs[o.at], cmd = o.inputs[o.at].Update(msg)
	o.read()
	return false, cmd
}

func (o *outside) turn(by int) tea.Cmd {
	o.inputs[o.at].Blur()
	o.at = (o.at + by + outsideFields) % outsideFields
	return o.inputs[o.at].Focus()
}

func (o *outside) value(i int) string { return strings.TrimSpace(o.inputs[i].Value()) }

// read understands the number as it is typed.
func (o *outside) read() {
	o.phone, o.doubt, o.wrong = callback.Phone{}, "", nil
	if text := o.value(outsideNumber); text != "" {
		o.phone, o.doubt, o.wrong = callback.ReadNumber(text, o.e.region)
	}
}

// opened is what will be recorded.
func (o *outside) opened() *callback.AdHocOpened {
	return &callback.AdHocOpened{
		Customer: callback.Customer{ID: o.e.newID(), Name: o.value(outsideName), Value: -1, Phone: o.phone},
		Reason:   o.value(outsideReason), Inbound: o.inbound,
	}
}

func (o *outside) finish() (bool, tea.Cmd) {
	open := o.opened()
	switch {
	case o.wrong != nil:
		return false, o.back(outsideNumber)
	case open.Lacks() != "":
		o.wrong = callback.Errorf(callback.CodeInvalid, "it lacks %s", open.Lacks())
		return false, o.back(outsideNumber)
	case o.phone.E164 == "":
		return true, o.e.do.openOutside(o.e.newID(), open)
	}
	return true, o.e.do.findOutside(open)
}

func (o *outside) back(field int) tea.Cmd {
	o.inputs[o.at].Blur()
	o.at = field
	return o.inputs[field].Focus()
}

// Keys implements keyed.
func (o *outside) Keys() help.KeyMap {
	f, d := o.e.keys.call.form, o.e.keys.dialog
	return keySet{short: []key.Binding{d.save, f.nextField, d.cancel}}
}

func (o *outside) View(w, h int) string {
	s := o.e.styles
	width := dialogWidth(w, 64)
	in := width - 4
	title, about := say("Call somebody outside the queue"), say("Their call is yours, and counts in no figure of the queue.")
	if o.inbound {
		title = say("Somebody rings whom no case knows")
	}
	lines := []string{s.title.Render(cut(title, in))}
	lines = append(lines, paint(s.faint, wrapMax(about, in, 2))...)
	lines = append(lines, "")
	for i := range o.inputs {
		o.inputs[i].SetWidth(max(1, in-11))
		label := s.faint.Render(pad(say("%s", outsideLabels[i]), 8))
		mark := "  "
		if i == o.at {
			mark = s.key.Render("▸ ")
		}
		lines = append(lines, mark+label+limit(o.inputs[i].View(), in-10))
	}
	lines = append(lines, "", o.verdict(in))
	return s.box(width).Render(strings.Join(lines, "\n"))
}

// verdict says what the number is taken for: where it is and how late it is
// there, or what is wrong with it.
func (o *outside) verdict(w int) string {
	s := o.e.styles
	switch {
	case o.wrong != nil:
		return s.bad.Render(cut(callback.Line(o.wrong.Error()), w))
	case o.phone.E164 == "" && o.inbound:
		return s.faint.Render(cut(say("Leave the number out if they withhold it."), w))
	case o.phone.E164 == "":
		return s.faint.Render(cut(o.hint(), w))
	}
	text := say("%s%s", o.phone.E164, o.clock())
	if o.doubt != "" {
		return s.warn.Render(cut(say("%s · %s", text, o.doubt), w))
	}
	return s.good.Render(cut(text, w))
}

func (o *outside) hint() callback.Text {
	if o.e.region == "" {
		return say("Begin with + and the country's code.")
	}
	return say("As you dial it in %s, or with + and the country's code.", o.e.region)
}

// clock tells where a number may be and what its clocks show.
func (o *outside) clock() string {
	var parts []string
	for i, name := range o.phone.Zones {
		if i == 3 {
			parts = append(parts, "…")
			break
		}
		if loc, err := callback.Zone(name); err == nil {
			parts = append(parts, callback.City(name)+" "+o.e.now().In(loc).Format("15:04"))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " · " + strings.Join(parts, ", ")
}

// outsideWords say what a case outside the queue is about.
func outsideWords(a callback.AdHoc) callback.Text {
	about := callback.Line(a.Reason).String()
	switch {
	case about != "" && a.Inbound:
		return say("They rang, outside the queue: %s", about)
	case about != "":
		return say("Outside the queue: %s", about)
	case a.Inbound:
		return say("They rang, outside the queue.")
	}
	return say("A call outside the queue.")
}

// outsideFound answers whose number it is.
type outsideFound struct {
	opened *callback.AdHocOpened
	rows   []callback.QueueRow
	err    error
}

// outsideBegun tells that a case outside the queue was begun, as the desk sees
// it now; joined is the customer's open case, if the server knew of one.
type outsideBegun struct {
	caseID, joined string
	inbound        bool
	state          callback.State
	err            error
}

// foundOutside goes on once it is known whose number it is: a customer with an
// open case has no second one, and one who asked not to be called is not.
func (a *app) foundOutside(msg outsideFound) tea.Cmd {
	if msg.err != nil {
		return send(failed{"look whose number it is", msg.err})
	}
	begin := a.e.do.openOutside(a.e.newID(), msg.opened)
	for _, r := range msg.rows {
		switch {
		case r.State == callback.Suppressed && !msg.opened.Inbound:
			return send(failed{"call " + callerName(r).String(), errAskedNot})
		case r.State == callback.Suppressed:
			return a.open(newAfterAll(a.e, r, openCall{caseID: r.ID, inbound: true}))
		case r.State.Open():
			return a.open(newHasCase(a.e, r, msg.opened, begin))
		}
	}
	return begin
}

var errAskedNot = callback.Errorf(callback.CodeForbidden, "they asked not to be called").WithHint("a supervisor can tell who noted it: ringback suppress list")

// newHasCase offers the open case of whoever has the number.
func newHasCase(e *env, r callback.QueueRow, opened *callback.AdHocOpened, begin tea.Cmd) dialog {
	k := e.keys.outside
	lines := []callback.Text{say("%s · %s", callback.Line(string(r.Kind)), callback.Line(r.Phone)), say("The talk belongs there, unless it is with somebody else.")}
	return &options{
		e: e, title: say("%s has an open case", callerName(r)), lines: lines,
		list: []option{
			{key: k.theirs, text: say("open their case"), act: send(openCall{caseID: r.ID, inbound: opened.Inbound})},
			{key: k.other, text: say("it is somebody else at this number"), act: begin},
			{key: e.keys.dialog.no, text: say("go back")},
		},
	}
}

// begunOutside opens the call, or the case that the server knew of.
func (a *app) begunOutside(msg outsideBegun) tea.Cmd {
	switch {
	case msg.err != nil:
		return send(failed{"begin the call", msg.err})
	case msg.joined != "":
		return tea.Batch(send(notice{"They have an open case already; here it is."}), send(openCall{caseID: msg.joined, inbound: msg.inbound}))
	case msg.state == callback.Suppressed && !msg.inbound:
		return send(failed{"call them", errAskedNot})
	}
	return send(openCall{caseID: msg.caseID, inbound: msg.inbound})
}
