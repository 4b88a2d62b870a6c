package ui

import (
	"strings"
	"unicode"

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
	seen    outsideSeen
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
	o.read()
	for o.at < outsideReason && o.value(o.at) != "" && (o.at != outsideNumber || o.wrong == nil) {
		o.at++ // on to what is to be typed or mended
	}
	for i := range o.inputs {
		o.inputs[i].CursorEnd()
	}
	o.inputs[o.at].Focus()
	return o
}

// openOutside shows the form, and looks whose number is filled in already.
func openOutside(o *outside) tea.Cmd { return tea.Batch(o.e.ask(o), o.look(0)) }

// outsideCaller begins with what was looked for in vain: a number or a name.
func outsideCaller(e *env, text string) *outside {
	if likeNumber(text) {
		return newOutside(e, true, text, "")
	}
	return newOutside(e, true, "", text)
}

// likeNumber tells whether what was typed is a number, or the end of one, as
// people write it, in the digits of any script: no name is made of digits.
func likeNumber(text string) bool {
	digits, letters := 0, 0
	for _, r := range text {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			letters++
		}
	}
	return digits > 0 && letters <= len("ext") && letters < digits
}

// Typing implements typist.
func (o *outside) Typing() bool { return true }

func (o *outside) Update(msg tea.Msg) (bool, tea.Cmd) {
	switch msg := msg.(type) {
	case outsideDue:
		return false, o.ask(msg)
	case outsideSeen:
		o.see(msg)
		return false, nil
	}
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
		if o.at == outsideNumber && o.settled() {
			return o.finish()
		}
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
	before := o.phone.E164
	o.read()
	if o.phone.E164 != before {
		return false, tea.Batch(cmd, o.look(outsidePause))
	}
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
	case o.refused():
		return false, o.back(outsideNumber) // why not stands below
	case o.phone.E164 == "":
		return true, o.e.follow(o.e.do.openOutside(o.e.newID(), open))
	}
	return true, o.e.await(o.e.do.findOutside(open))
}

func (o *outside) back(field int) tea.Cmd {
	o.inputs[o.at].Blur()
	o.at = field
	return o.inputs[field].Focus()
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
			return a.open(newAfterAll(a.e, r, nil, openCall{caseID: r.ID, inbound: true}))
		case r.State.Open():
			return a.open(newHasCase(a.e, r, msg.opened, begin))
		}
	}
	return a.e.follow(begin)
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
		return tea.Batch(send(notice{"They have an open case already; here it is."}), a.e.follow(send(openCall{caseID: msg.joined, inbound: msg.inbound})))
	case msg.state == callback.Suppressed && !msg.inbound:
		return send(failed{"call them", errAskedNot})
	}
	return a.e.follow(send(openCall{caseID: msg.caseID, inbound: msg.inbound}))
}
