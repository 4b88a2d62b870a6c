package ui

import (
	"cmp"
	"strings"

	"ringback/callback"
)

// syncGroup is a part of the journal under one heading.
type syncGroup struct {
	head    string
	entries []syncEntry
}

// syncEntry is a matter to settle, or an event of the journal, with its words
// cleaned, once.
type syncEntry struct {
	id, caseID string
	// matter is what is to be looked at; its Sort is empty for other entries.
	matter   callback.Matter
	raw      callback.JournalEntry
	what     callback.Text
	customer callback.Text
}

// groupJournal puts what a person must look at first, then what waits to be
// sent, then what the server has.
func groupJournal(list []callback.JournalEntry, matters []callback.Matter) []syncGroup {
	out := []syncGroup{{head: "To settle"}, {head: "Waits to be sent"}, {head: "Done lately"}}
	known := map[string]bool{}
	said := map[string]callback.Text{}
	for _, e := range list {
		said[e.Event.ID] = wordsOf(e.Event)
	}
	for _, m := range matters {
		known[m.EventID] = true
		what, own := said[m.EventID]
		if !own {
			what = pointWords(m.Stated)
		}
		out[0].entries = append(out[0].entries, syncEntry{id: m.EventID, caseID: m.CaseID, matter: m, customer: callback.Line(m.Customer), what: what})
	}
	for _, e := range list {
		if known[e.Event.ID] {
			continue
		}
		to := 2
		if e.State == callback.Waiting || e.State == callback.Sent {
			to = 1
		}
		out[to].entries = append(out[to].entries, syncEntry{
			id: e.Event.ID, caseID: e.Event.CaseID, raw: e, what: said[e.Event.ID], customer: callback.Line(e.Customer),
		})
	}
	return out
}

// pointWords says the first thing that a fact states.
func pointWords(s callback.Side) callback.Text {
	if len(s.Points) == 0 {
		return callback.Text{}
	}
	p := s.Points[0]
	return say("%s: %s", p.Label, p.Text)
}

// EventWords says an event in a few words, as the Sync screen does.
func EventWords(e callback.Event) callback.Text { return wordsOf(e) }

// wordsOf says an event in a few words.
func wordsOf(e callback.Event) callback.Text {
	p, err := e.Decode()
	if err != nil {
		return say("%s", e.Kind)
	}
	switch p := p.(type) {
	case *callback.CallRecorded:
		if r, ok := p.Disposition.Rule(); ok {
			return say("Call: %s", r.Meaning)
		}
		return say("Call: %s", p.Disposition)
	case *callback.ScoreRecorded:
		return say("Score")
	case *callback.NoteAdded:
		return say("Note: %s", p.Text)
	case *callback.CaseSkipped:
		return say("Skipped: %s", p.Reason)
	case *callback.PromiseMade:
		return say("Promise: %s", p.Promise.Text)
	case *callback.PromiseSettled:
		return say("Promise %s", p.Status)
	case *callback.NumberAdded:
		return say("Number added: %s", p.Phone.E164)
	case *callback.CallbackSet:
		return say("Callback agreed")
	case *callback.SuppressRequested:
		return say("Do not call: %s", p.Reason)
	case *callback.CaseAssigned:
		return say("Given to someone else")
	case *callback.CaseClosed:
		return say("Closed: %s", p.Resolution)
	case *callback.AdHocOpened:
		return say("Ad-hoc call: %s", cmp.Or(p.Customer.Name, p.Customer.Phone.E164))
	case *callback.CaseReopened:
		return say("Reopened: %s", p.Reason)
	case *callback.EventAmended:
		return say("%s", map[callback.Act]string{
			callback.ActKeep: "Settled: what leads stays", callback.ActLead: "Settled: the other leads now", callback.ActAsk: "Asked a supervisor to decide",
		}[p.Act])
	case *callback.Undone:
		return say("Taken back")
	}
	return floorWords(p)
}

// journal draws the groups of events and, below, the one in hand.
func (s *syncScreen) journal(w, h int) []string {
	st := s.e.styles
	if s.count() == 0 {
		words := say("Nothing is to be settled, and nothing waits. What you record appears here until the server has it.")
		if !s.load.loaded {
			words = say("Reading the journal…")
		}
		return indent(append([]string{st.title.Render(cut(say("Journal"), w-2))}, paint(st.faint, wrapMax(words, w-2, 3))...))
	}
	about := s.about(w-2, max(2, h-4))
	room := max(1, h-len(about)-1)
	lines, at := s.lines(w)
	s.list.top = clamp(s.list.top, at-room+1, max(0, at-1))
	s.list.top = clamp(s.list.top, 0, max(0, len(lines)-room))
	out := block(lines[s.list.top:min(len(lines), s.list.top+room)], w, room)
	out = append(out, st.border.Render(strings.Repeat("─", w)))
	return append(out, indent(about)...)
}

// lines draws the entries and tells on which line the one in hand stands.
func (s *syncScreen) lines(w int) (out []string, at int) {
	st := s.e.styles
	n := 0
	for _, g := range s.list.groups {
		if len(g.entries) == 0 {
			continue
		}
		if len(out) > 0 {
			out = append(out, "")
		}
		out = append(out, " "+st.title.Render(cut(say("%s (%d)", g.head, len(g.entries)), w-2)))
		for _, e := range g.entries {
			on := n == s.list.at
			if on {
				at = len(out)
			}
			out = append(out, s.line(e, w, on))
			n++
		}
	}
	return out, at
}

func (s *syncScreen) line(e syncEntry, w int, on bool) string {
	st := s.e.styles
	m, t := st.entry(e.raw.State), e.raw.Event.At
	if e.matter.Sort != "" {
		m, t = st.matter(e.matter), e.matter.Stated.At
	}
	markW := clamp(w/4, 11, 18)
	mark := pad(say("%s %s", m.glyph, m.word), markW)
	when := pad(say("%s", clockOf(t, s.e.now(), s.e.zone)), 13)
	nameW := clamp(w/5, 8, 24)
	name, what := pad(e.customer, nameW), cut(e.what, w-markW-13-nameW-4)
	if on {
		return st.selection.Render(stretch("▸"+mark+" "+when+name+" "+what, w))
	}
	return " " + m.style.Render(mark) + " " + st.faint.Render(when) + st.text.Render(name) + " " + st.text.Render(what)
}
