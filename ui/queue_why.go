package ui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// whyLoaded brings what the cases that cannot be called wait for.
type whyLoaded struct {
	why callback.Why
	err error
}

// why reads what the cases that cannot be called wait for.
func (c commands) why() tea.Cmd {
	return func() tea.Msg {
		w, err := c.agenda.Why(c.ctx)
		return whyLoaded{w, err}
	}
}

// whyList is the true answer to "why is nothing served?".
type whyList struct {
	e    *env
	why  callback.Why
	name func(id string) callback.Text
	top  int
	// asking tells that it is being read anew.
	asking bool
}

// explained shows what was read, if it was asked for here.
func (q *queue) explained(msg whyLoaded) tea.Cmd {
	if !q.load.asksWhy {
		return nil
	}
	q.load.asksWhy = false
	if msg.err != nil {
		return send(failed{"find out what the cases wait for", msg.err})
	}
	return q.e.ask(&whyList{e: q.e, why: msg.why, name: q.side.name})
}

// Update implements dialog.
func (l *whyList) Update(msg tea.Msg) (bool, tea.Cmd) {
	press, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return false, l.news(msg)
	}
	d, m := l.e.keys.dialog, l.e.keys.queue.move
	switch {
	case pressed(press, d.cancel), pressed(press, d.ok), pressed(press, l.e.keys.queue.why):
		return true, nil
	case pressed(press, d.up), pressed(press, m.up):
		l.top = max(0, l.top-1)
	case pressed(press, d.down), pressed(press, m.down):
		l.top++ // the picture knows where it ends
	case pressed(press, m.pageUp):
		l.top = max(0, l.top-8)
	case pressed(press, m.pageDown):
		l.top += 8
	}
	return false, nil
}

// news reads it anew when something changed: what stands open on a screen is
// believed.
func (l *whyList) news(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case bell:
		if !l.asking {
			l.asking = true
			return l.e.do.why()
		}
	case whyLoaded:
		l.asking = false
		if msg.err == nil {
			l.why = msg.why
		}
	}
	return nil
}

// Keys implements keyed.
func (l *whyList) Keys() help.KeyMap {
	d := l.e.keys.dialog
	return keySet{short: []key.Binding{named(d.cancel, "back"), d.up, d.down}}
}

// View implements dialog: a line for each thing that is waited for, with a bar
// and when the first case of it comes.
func (l *whyList) View(w, h int) string {
	s := l.e.styles
	width := dialogWidth(w, 84)
	in := width - 4
	lines := l.groups(in)
	foot := l.foot(in)
	room := max(1, h-len(foot)-5)
	l.top = clamp(l.top, 0, max(0, len(lines)-room))
	title := say("%d of %d open cases can be called now", l.why.Ready, l.why.Open)
	out := []string{s.title.Render(cut(title, in)), l.heading(in)}
	out = append(out, scrolled(s, lines, l.top, room, in)...)
	return s.box(width).Render(strings.Join(append(out, foot...), "\n"))
}

// scrolled gives the lines in view; marks tell how many there are above and
// below.
func scrolled(s *styles, lines []string, top, room, w int) []string {
	end := min(len(lines), top+room)
	out := slices.Clone(lines[top:end])
	mark := func(at int, sign string, n int) {
		if n > 0 && at >= 0 {
			out[at] = s.faint.Render(cut(say("%s %d more", sign, n+1), w))
		}
	}
	mark(0, "↑", top)
	mark(len(out)-1, "↓", len(lines)-end)
	return out
}

// whyColumns are the widths of a line's words, its bar and its time.
func whyColumns(w int) (words, bar, when int) {
	bar, when = clamp(w/8, 4, 10), 13
	return max(10, w-bar-6-when-2), bar, when
}

func (l *whyList) heading(w int) string {
	words, bar, when := whyColumns(w)
	return limit(l.e.styles.faint.Render(pad(say("the others wait for"), words+6+bar+1)+pad(say("the first at"), when)), w)
}

func (l *whyList) groups(w int) []string {
	s := l.e.styles
	if len(l.why.Waits) == 0 {
		return []string{s.faint.Render(cut(say("No case waits for anything."), w))}
	}
	most := 1
	for _, g := range l.why.Waits {
		most = max(most, g.Count)
	}
	wordsW, bar, whenW := whyColumns(w)
	out := make([]string, 0, len(l.why.Waits))
	for _, g := range l.why.Waits {
		full, rest := fillBar(float64(g.Count)/float64(most), bar)
		when := say("no time known")
		if !g.Next.IsZero() {
			when = say("%s", clockOf(g.Next, l.e.now(), l.e.zone))
		}
		words := say("%s", g.Words(func(id string) string { return l.name(id).String() }))
		out = append(out, limit(s.text.Render(pad(words, wordsW))+s.strong.Render(padLeft(say("%d", g.Count), 5))+" "+
			s.accent.Render(full)+s.border.Render(rest)+" "+s.faint.Render(pad(when, whenW)), w))
	}
	return out
}

// foot says when the next one comes, and who is never called.
func (l *whyList) foot(w int) []string {
	s := l.e.styles
	out := []string{""}
	switch {
	case l.why.Ready > 0:
	case !l.why.Next.IsZero():
		out = append(out, s.strong.Render(cut(say("The next one can be called at %s.", clockOf(l.why.Next, l.e.now(), l.e.zone)), w)))
	case l.why.Open > 0:
		out = append(out, s.strong.Render(cut(say("None of them will come by itself: people have to act."), w)))
	}
	if never := callback.Line(l.why.NeverWords()); never.String() != "" {
		out = append(out, paint(s.faint, wrapMax(never, w, 2))...)
	}
	return out
}
