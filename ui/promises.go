package ui

import (
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// promiseList is a dialog of what we still owe a customer: each promise can be
// marked as kept, broken or cancelled.
type promiseList struct {
	e      *env
	caseID string
	title  callback.Text
	rows   []promiseRow
	// took, if set, is told instead of recording: during a call.
	took func(r promiseRow, status callback.PromiseStatus) tea.Cmd
	at   int
}

// promiseRow is one promise in words.
type promiseRow struct {
	id          string
	text, terms callback.Text
	overdue     callback.Text
}

// owed gives the promises of the case on show that are not settled, the first
// due first.
func (d *queueSide) owed() []callback.Promise {
	var out []callback.Promise
	for _, p := range d.view.Case.Promises {
		if p.Status == callback.PromiseOpen {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b callback.Promise) int { return a.Due.Compare(b.Due) })
	return out
}

// promises opens the list of what is owed on the case in hand.
func (q *queue) promises(row queueRow) tea.Cmd {
	if q.side.id != row.id {
		return send(notice{"The case is being read; press p again."})
	}
	owed := q.side.owed()
	if len(owed) == 0 {
		return send(notice{say("Nothing promised to %s is open.", row.customer).String()})
	}
	list := &promiseList{e: q.e, caseID: row.id, title: say("Promised to %s", row.customer)}
	for _, p := range owed {
		list.rows = append(list.rows, promiseRow{
			id: p.ID, text: callback.Line(p.Text), overdue: overdueText(p, q.e.now()),
			terms: say("%s · due %s", q.side.name(p.Owner), bothClocks(p.Due, q.e.zone, row.raw.Zone)),
		})
	}
	return q.e.ask(list)
}

// overdueText says how late an open promise is, or is empty.
func overdueText(p callback.Promise, now time.Time) callback.Text {
	if p.Status != callback.PromiseOpen || !now.After(p.Due) {
		return callback.Text{}
	}
	words, _ := callback.DueWords(p.Due, now)
	return say("%s", words)
}

// bothClocks says an instant in the agent's zone, and in the customer's if
// their clocks differ.
func bothClocks(t time.Time, mine *time.Location, theirs string) callback.Text {
	here := t.In(mine)
	loc, err := callback.Zone(theirs)
	if err != nil || theirs == "" {
		return say("%s", here.Format("Mon 2 Jan 15:04"))
	}
	form, there := "15:04", t.In(loc)
	if there.Format(time.DateTime) == here.Format(time.DateTime) {
		return say("%s", here.Format("Mon 2 Jan 15:04"))
	}
	if there.Day() != here.Day() {
		form = "Mon 15:04"
	}
	return say("%s, %s in %s", here.Format("Mon 2 Jan 15:04"), there.Format(form), callback.City(theirs))
}

// Update implements dialog.
func (l *promiseList) Update(msg tea.Msg) (bool, tea.Cmd) {
	press, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return false, nil
	}
	d, k := l.e.keys.dialog, l.e.keys.settle
	switch {
	case pressed(press, d.cancel):
		return true, nil
	case pressed(press, d.up):
		l.at = clamp(l.at-1, 0, len(l.rows)-1)
	case pressed(press, d.down):
		l.at = clamp(l.at+1, 0, len(l.rows)-1)
	case pressed(press, k.kept):
		return true, l.settle(callback.PromiseDone)
	case pressed(press, k.broken):
		return true, l.settle(callback.PromiseBroken)
	case pressed(press, k.cancelled):
		return true, l.settle(callback.PromiseCancelled)
	}
	return false, nil
}

// settle asks for a note, which may be empty, and records what became of the
// promise in hand. Of a broken one it asks then whether the customer knows: not
// before, so that no letter of a note is taken for the answer.
func (l *promiseList) settle(status callback.PromiseStatus) tea.Cmd {
	row := l.rows[l.at]
	if l.took != nil {
		return l.took(row, status)
	}
	return l.note(row, status, "")
}

// note asks for the note, which begins with what was written already.
func (l *promiseList) note(row promiseRow, status callback.PromiseStatus, written string) tea.Cmd {
	p := newPrompt(l.e, say("Promise %s", status), row.text, "a note, or nothing", func(note string) tea.Cmd {
		if status == callback.PromiseBroken {
			return l.e.ask(l.knows(row, note))
		}
		return l.record(row, callback.PromiseSettled{Status: status, Note: note})
	})
	p.optional = true
	p.input.SetValue(written)
	p.input.CursorEnd()
	if status == callback.PromiseBroken {
		p.does = "go on"
	}
	return l.e.ask(p)
}

// knows asks whether the customer was told of a broken promise.
func (l *promiseList) knows(row promiseRow, note string) dialog {
	d := l.e.keys.dialog
	broken := callback.PromiseSettled{Status: callback.PromiseBroken, Note: note}
	told := broken
	told.Told = true
	lines := []callback.Text{row.text}
	if note != "" {
		lines = append(lines, say("Your note: %s", callback.Line(note)))
	}
	return &options{
		e: l.e, title: say("Does the customer know that it was not kept?"), lines: lines,
		back: func() tea.Cmd { return l.note(row, callback.PromiseBroken, note) },
		list: []option{
			{key: d.no, text: say("no: a supervisor is to answer it"), act: l.record(row, broken)},
			{key: d.yes, text: say("yes, and nothing more is owed: close it"), act: l.record(row, told)},
		},
	}
}

// record says what became of a promise.
func (l *promiseList) record(row promiseRow, p callback.PromiseSettled) tea.Cmd {
	p.PromiseID = row.id
	f := callback.Fact{EventID: l.e.newID(), CaseID: l.caseID, Payload: &p}
	return l.e.do.record(f, say("Promise %s: %s", p.Status, row.text).String())
}

// Keys implements keyed.
func (l *promiseList) Keys() help.KeyMap {
	d, k := l.e.keys.dialog, l.e.keys.settle
	d.up.SetEnabled(len(l.rows) > 1)
	d.down.SetEnabled(len(l.rows) > 1)
	return keySet{short: []key.Binding{k.kept, k.broken, k.cancelled, d.up, d.down, d.cancel}}
}

// View implements dialog.
func (l *promiseList) View(w, h int) string {
	s := l.e.styles
	width := dialogWidth(w, 72)
	in := width - 4
	var lines []string
	at := 0
	for i, r := range l.rows {
		head := "  " + s.text.Render(pad(r.text, in-2))
		if i == l.at {
			head, at = s.selection.Render("▸ "+pad(r.text, in-2)), len(lines)
		}
		lines = append(lines, head)
		terms, style := r.terms, s.faint
		if r.overdue.String() != "" {
			terms, style = say("! %s · %s", r.overdue, r.terms), s.bad
		}
		lines = append(lines, indent(indent(paint(style, wrapMax(terms, in-2, 2))))...)
	}
	room := max(2, h-5)
	top := clamp(at-room/2, 0, max(0, len(lines)-room))
	out := []string{s.title.Render(cut(l.title, in)), ""}
	out = append(out, lines[top:min(len(lines), top+room)]...)
	return s.box(width).Render(strings.Join(out, "\n"))
}

// promise draws a promise and what became of it.
func (d *queueSide) promise(e *env, p callback.Promise, w int) []string {
	s := e.styles
	switch p.Status {
	case callback.PromiseDone:
		return paint(s.good, wrapMax(say("✓ promise kept: %s", p.Text), w, 2))
	case callback.PromiseBroken:
		return paint(s.bad, wrapMax(say("× promise broken: %s", p.Text), w, 2))
	case callback.PromiseCancelled:
		return paint(s.faint, wrapMax(say("− promise cancelled: %s", p.Text), w, 2))
	}
	if late := overdueText(p, e.now()); late.String() != "" {
		return paint(s.bad, wrapMax(say("! promise of %s, %s: %s", d.name(p.Owner), late, p.Text), w, 3))
	}
	return paint(s.text, wrapMax(say("◷ promise of %s, due %s: %s", d.name(p.Owner), clockOf(p.Due, e.now(), e.zone), p.Text), w, 3))
}
