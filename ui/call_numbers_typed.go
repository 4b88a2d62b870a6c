package ui

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// verdict says how what is typed is understood, and what enter does with it.
func (l *numberList) verdict(w int) []string {
	s := l.c.e.styles
	if l.typed() == "" {
		return []string{s.faint.Render(cut(say("A number is added when you type it here."), w)), ""}
	}
	p, doubt, err := l.read()
	if err != nil {
		return append(paint(s.warn, wrapMax(say("! %s", err), w, 2)), "")[:2]
	}
	name := p.E164
	if p.Kind != callback.PhoneOther {
		name += " " + string(p.Kind)
	}
	out := []string{s.good.Render(cut(say("✓ %s · %s", name, l.c.sheet.ringsAt(p, l.c.now)), w))}
	switch {
	case doubt != "":
		out = append(out, s.warn.Render(cut(say("! %s", doubt), w)))
	case l.instead && l.dialable():
		out = append(out, s.text.Render(cut(say("in place of %s, which is not dialled any more", l.rows[l.at].E164), w)))
	default:
		out = append(out, s.faint.Render(cut(say("beside the others, and dialled next"), w)))
	}
	if also := l.also(p); also.String() != "" {
		out = append(out, paint(s.warn, wrapMax(say("! %s", also), w, 2))...)
	}
	return out
}

// kindAfter goes through the kinds of numbers, none among them.
func kindAfter(k callback.PhoneKind) callback.PhoneKind {
	kinds := append([]callback.PhoneKind{callback.PhoneOther}, callback.PhoneKinds()...)
	return kinds[(slices.Index(kinds, k)+1)%len(kinds)]
}

// look asks whose number it is that was typed, once it has stood for a while.
func (l *numberList) look(after time.Duration) tea.Cmd {
	p, _, err := l.read()
	if l.typed() == "" || err != nil || l.seen.number == p.E164 {
		return nil
	}
	return l.c.e.do.after(after, outsideDue{p.E164})
}

func (l *numberList) ask(msg outsideDue) tea.Cmd {
	if p, _, err := l.read(); err != nil || p.E164 != msg.number {
		return nil
	}
	return l.c.e.do.seeOutside(msg.number)
}

func (l *numberList) see(msg outsideSeen) {
	if msg.err == nil {
		l.seen = msg
	}
}

// alsoNamed is how many others are named who have a number.
const alsoNamed = 2

// also says who else has the number that was typed: whoever answers may be
// somebody else, and two people are not one because they share a telephone.
func (l *numberList) also(p callback.Phone) callback.Text {
	if l.seen.number != p.E164 {
		return callback.Text{}
	}
	names := callback.AlsoOnFile(l.seen.rows, l.c.sheet.draft.CaseID, l.c.sheet.customer().Name)
	if len(names) == 0 {
		return callback.Text{}
	}
	more := ""
	if n := len(names) - alsoNamed; n > 0 {
		names, more = names[:alsoNamed], say(" and %d more", n).String()
	}
	return say("also on file for %s%s: ask who you speak to", strings.Join(names, ", "), more)
}
