package ui

import (
	"strings"

	"ringback/callback"
)

// about says what became of the entry in hand, and what to do, in at most h
// lines.
func (s *syncScreen) about(w, h int) []string {
	e, ok := s.selected()
	switch {
	case !ok:
		return nil
	case e.matter.Sort != "":
		return s.card(e.matter, w, h)
	}
	st := s.e.styles
	head := say("%s · %s", e.customer, e.what)
	if e.customer.String() == "" {
		head = e.what
	}
	out := []string{st.strong.Render(cut(head, w))}
	return append(out, paint(st.text, wrapMax(fate(e.raw), w, 2))...)
}

// fate says what became of an event that nobody has to settle.
func fate(e callback.JournalEntry) callback.Text {
	switch e.State {
	case callback.Waiting:
		return say("Safe on this desk. It goes out by itself as soon as the server can be reached.")
	case callback.Sent:
		return say("Sent; the server has not answered yet. It is sent again until it does, and counts once.")
	case callback.InShadow:
		return say("The server kept it beside another fact, which led then. You have read of it.")
	case callback.Quarantined:
		return say("The server refused it, and keeps it. You have read of it.")
	case callback.Withdrawn:
		return say("You took it back before it was sent.")
	}
	return say("The server has it. It stays here as well until a backup of the server holds it, or for 90 days.")
}

// card draws a matter: what happened, and both versions side by side.
func (s *syncScreen) card(m callback.Matter, w, h int) []string {
	st := s.e.styles
	out := []string{st.strong.Render(cut(say("%s · %s", m.Customer, m.Title()), w))}
	out = append(out, paint(st.text, wrapMax(say("%s", m.Why()), w, 2))...)
	if m.Detail != "" {
		out = append(out, paint(st.warn, wrapMax(say("The server says: %s", m.Detail), w, 2))...)
	}
	var tail []string
	if a := m.Asked; a != nil {
		tail = append(tail, paint(st.accent, wrapMax(say("%s asks, %s: %s", s.name(a.By), clockOf(a.At, s.e.now(), s.e.zone), a.Reason), w, 2))...)
	}
	if a := m.Settled; a != nil {
		tail = append(tail, paint(st.accent, wrapMax(say("%s decided, %s: %s", s.name(a.By), clockOf(a.At, s.e.now(), s.e.zone), orElse(a.Reason, "no reason given")), w, 2))...)
	}
	tail = append(tail, s.keysFor(m, w)...)
	out = append(out, s.sides(m, w, max(2, h-len(out)-len(tail)))...)
	return append(out, tail...)
}

// sides draws the two versions, at most h lines high.
func (s *syncScreen) sides(m callback.Matter, w, h int) []string {
	st := s.e.styles
	if m.Leads.Empty() {
		only := s.side("Stated", m.Stated, w)
		return open(only, w, min(h, len(only)))
	}
	half := split(w, 1, 1)
	left, right := "Stated", "Leads"
	if m.Stated.By == s.e.me.ID {
		left = "Yours"
	}
	if m.Swapped() {
		left, right = left+", leads now", "Led before"
	}
	a, b := s.side(left, m.Stated, half[0]-1), s.side(right, m.Leads, half[1]-1)
	rows := min(h, max(len(a), len(b)))
	for i := range b {
		b[i] = " " + b[i]
	}
	return beside(st.border.Render("│"), block(a, half[0], rows), open(b, half[1], rows))
}

// side draws one version: who and when, then what it says.
func (s *syncScreen) side(head string, x callback.Side, w int) []string {
	st := s.e.styles
	t := say("%s: %s", head, s.name(x.By))
	if !x.At.IsZero() {
		t = say("%s, %s", t, clockOf(x.At, s.e.now(), s.e.zone))
	}
	out := []string{st.title.Render(cut(t, w))}
	for _, p := range x.Points {
		text := p.Text
		if p.Label == "given to" {
			text = s.name(p.Text).String()
		}
		if !p.At.IsZero() {
			text = strings.TrimSpace(text + " " + p.At.In(s.e.zone).Format("Mon 2 Jan 15:04"))
		}
		out = append(out, paint(st.text, wrapMax(say("%s: %s", p.Label, text), w, 2))...)
	}
	return out
}

// keysFor says what the person can do about a matter.
func (s *syncScreen) keysFor(m callback.Matter, w int) []string {
	st := s.e.styles
	var parts []callback.Text
	k := s.Keys().(syncKeySet).keys
	if m.May.Keep {
		parts = append(parts, say("%s %s", k.keep.Help().Key, k.keep.Help().Desc))
	}
	if m.May.Ask || m.May.Lead {
		parts = append(parts, say("%s %s", k.amend.Help().Key, k.amend.Help().Desc))
	}
	if m.May.Retry {
		parts = append(parts, say("%s %s, when the cause is mended", k.requeue.Help().Key, k.requeue.Help().Desc))
	}
	if m.May.See {
		parts = append(parts, say("%s %s", k.seen.Help().Key, k.seen.Help().Desc))
	}
	if len(parts) == 0 {
		if m.Asked != nil {
			return []string{st.faint.Render(cut(say("A supervisor is to decide."), w))}
		}
		return nil
	}
	words := make([]string, len(parts))
	for i, p := range parts {
		words[i] = p.String()
	}
	return paint(st.key, wrapMax(say("%s", strings.Join(words, "  ·  ")), w, 2))
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
