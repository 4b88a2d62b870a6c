package ui

import (
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	"charm.land/lipgloss/v2"

	"ringback/callback"
)

// bar is the header and the footer. The header is drawn anew only when
// something in it changed.
type bar struct {
	e      *env
	names  []string
	status callback.LinkStatus
	stats  callback.JournalStats
	pack   callback.PackBrief
	polled time.Time
	known  bool
	dirty  bool
	minute string
	drawn  string
	// ends holds the column at which each tab ends.
	ends []int
	// running tells that a call goes on behind another screen.
	running bool
	foot    footing
}

// footing is the footer as it was drawn last, and what of.
type footing struct {
	w      int
	typing bool
	hints  []hint
	drawn  string
}

// hint is what a binding shows in the footer.
type hint struct {
	key, does string
	on        bool
}

func hintOf(k key.Binding) hint { return hint{k.Help().Key, k.Help().Desc, k.Enabled()} }

// reset draws everything anew: the looks changed.
func (b *bar) reset() { b.dirty, b.foot = true, footing{} }

func newBar(e *env) bar { return bar{e: e, dirty: true} }

func (b *bar) titles(list []screen) {
	for _, s := range list {
		b.names = append(b.names, s.Title())
	}
}

// How often the link is asked for its state when nothing rings, at rest and
// while a sync runs.
const (
	restPoll = 5 * time.Second
	busyPoll = time.Second
)

// due tells whether it is time to ask the link for its state.
func (b *bar) due(now time.Time) bool {
	every := restPoll
	if b.status.Busy != "" {
		every = busyPoll
	}
	if now.Sub(b.polled) < every {
		return false
	}
	b.polled = now
	return true
}

func (b *bar) link(msg linkChanged) {
	if !b.known || b.status != msg.status || b.stats != msg.stats || b.pack != msg.pack {
		b.known, b.dirty = true, true
		b.status, b.stats, b.pack = msg.status, msg.stats, msg.pack
	}
}

// header draws the line of tabs, agent, connection and clock: the richest form
// that fits.
func (b *bar) header(w, at int) string {
	minute := b.e.now().In(b.e.zone).Format("15:04")
	if !b.dirty && minute == b.minute {
		return b.drawn
	}
	b.dirty, b.minute = false, minute
	rights := b.rights(minute)
	for _, form := range []barTabs{barTabsWide, barTabsTight, barTabsNumbers} {
		left, ends := b.tabs(at, form)
		b.ends = ends
		for _, right := range rights {
			if gap := w - cells(left) - cells(right); gap >= 1 {
				b.drawn = left + blank(gap) + right
				return b.drawn
			}
		}
	}
	b.drawn = stretch(rights[len(rights)-1], w)
	return b.drawn
}

// barTabs is how much room the tabs take.
type barTabs int

const (
	barTabsWide barTabs = iota
	barTabsTight
	// barTabsNumbers names only the tab in front.
	barTabsNumbers
)

func (b *bar) tabs(at int, form barTabs) (string, []int) {
	var out strings.Builder
	var ends []int
	x := 0
	for i, n := range b.names {
		label := say("%d %s", i+1, n)
		if form == barTabsNumbers && i != at {
			label = say("%d", i+1)
		}
		if b.running && n == callTitle {
			label = say("%s ●", label)
		}
		style := b.e.styles.tab
		if i == at {
			style = b.e.styles.tabOn
		}
		s := style.Render(" " + label.String() + " ")
		if form == barTabsTight {
			s = " " + style.Render(label.String())
		}
		x += cells(s)
		ends = append(ends, x)
		out.WriteString(s)
	}
	return out.String(), ends
}

// rights are the forms of the header's right side, the richest first.
func (b *bar) rights(minute string) []string {
	s := b.e.styles
	clock := s.text.Render(minute)
	who := s.faint.Render(say("%s · %s", b.e.me.Name, b.e.me.Team).String())
	name := s.faint.Render(cut(say("%s", b.e.me.Name), 20))
	join := func(parts ...string) string {
		var full []string
		for _, p := range parts {
			if p != "" {
				full = append(full, p)
			}
		}
		return strings.Join(full, "  ") + " "
	}
	long, short := b.linkWords()
	pack, brief := "", ""
	if t := packWords(b.pack, b.e.now(), b.e.zone); t.String() != "" {
		pack, brief = s.accent.Render(t.String()), s.accent.Render(say("%s%d", packGlyph, b.pack.Left).String())
	}
	if b.stats.NoRoom {
		full := s.bad.Render(say("× disk full").String())
		long, short = full+"  "+long, full
	}
	return []string{
		join(who, long, pack, b.unsent("to send"), clock), join(name, long, pack, b.unsent("to send"), clock),
		join(name, short, pack, b.unsent("to send"), clock), join(short, pack, b.unsent("to send"), clock),
		join(short, brief, b.unsent(""), clock), strings.TrimRight(strings.ReplaceAll(join(short, b.unsent(""), clock), "  ", " "), " "),
	}
}

// unsent says how many events wait to be sent.
func (b *bar) unsent(word string) string {
	if b.stats.Pending == 0 {
		return ""
	}
	t := say("↑ %d %s", b.stats.Pending, word)
	if word == "" {
		t = say("↑%d", b.stats.Pending)
	}
	return b.e.styles.accent.Render(t.String())
}

func (b *bar) linkWords() (long, short string) {
	if !b.known {
		return "", ""
	}
	m := b.e.styles.link(b.status.State)
	short = m.style.Render(m.glyph + " " + m.word)
	long = short
	if !b.status.Since.IsZero() {
		long = m.style.Render(m.glyph + " " + m.word + " since " + clockOf(b.status.Since, b.e.now(), b.e.zone))
	}
	if b.status.Busy != "" {
		busy := "syncing"
		if b.status.Of > 0 {
			busy = say("syncing %d %%", 100*min(b.status.Done, b.status.Of)/b.status.Of).String()
		}
		short = m.style.Render(m.glyph + " " + busy)
		long = short
	}
	return long, short
}

// clockOf says a past instant as short as it can be understood: the time if it
// was today, else the day too, and the year where the day alone would mislead.
func clockOf(t, now time.Time, zone *time.Location) string {
	t, now = t.In(zone), now.In(zone)
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format("15:04")
	}
	if t.Year() != now.Year() && t.Before(now.AddDate(0, -6, 0)) {
		return t.Format("2 Jan 2006")
	}
	return t.Format("2 Jan 15:04")
}

// footer draws the keys that work now; those of the house stand at the right,
// where they are always found. While one types, they are text.
func (b *bar) footer(w int, keys help.KeyMap, typing bool) string {
	list := keys.ShortHelp()
	same := w == b.foot.w && typing == b.foot.typing && slices.EqualFunc(list, b.foot.hints, func(k key.Binding, h hint) bool { return hintOf(k) == h })
	if !same || b.foot.drawn == "" {
		b.foot = footing{w: w, typing: typing, drawn: b.drawFooter(w, list, typing)}
		for _, k := range list {
			b.foot.hints = append(b.foot.hints, hintOf(k))
		}
	}
	return b.foot.drawn
}

// drawFooter draws all the keys if they fit. If not, a mark says that there are
// more, and the right side where they are told.
func (b *bar) drawFooter(w int, list []key.Binding, typing bool) string {
	g := b.e.keys.global
	forms := [][]key.Binding{{g.help, g.palette, g.quit}, {g.help, g.quit}, {g.help}}
	if typing {
		forms = [][]key.Binding{{bind("F1", "help", g.help.Keys()...)}}
	}
	var right, left string
	for _, form := range forms {
		right, _ = b.short(w, form)
		var whole bool
		if left, whole = b.short(max(0, w-cells(right)-4), list); whole {
			break
		}
	}
	return " " + left + blank(w-2-cells(left)-cells(right)) + right + " "
}

// dialogFooter draws the keys that work in a dialog.
func (b *bar) dialogFooter(w int, d dialog) string {
	list := []key.Binding{b.e.keys.dialog.ok, b.e.keys.dialog.cancel}
	if k, ok := d.(keyed); ok {
		list = k.Keys().ShortHelp()
	}
	drawn, _ := b.short(w-1, list)
	return stretch(" "+drawn, w)
}

// short draws as many keys as fit into w cells; whole tells that all did. If
// not, a mark says so.
func (b *bar) short(w int, list []key.Binding) (drawn string, whole bool) {
	s := b.e.styles
	const mark = " …"
	for i, k := range list {
		if !k.Enabled() {
			continue
		}
		next := s.key.Render(k.Help().Key) + " " + s.faint.Render(k.Help().Desc)
		if drawn != "" {
			next = drawn + "  " + next
		}
		room := w
		if slices.ContainsFunc(list[i+1:], key.Binding.Enabled) {
			room -= cells(mark)
		}
		if cells(next) > room {
			return limit(drawn+s.faint.Render(mark), w), false
		}
		drawn = next
	}
	return drawn, true
}

// tabAt finds the tab in a column of the header.
func (b *bar) tabAt(x int) (int, bool) {
	for i, end := range b.ends {
		if x < end {
			return i, true
		}
	}
	return 0, false
}

// cells measures something drawn.
func cells(drawn string) int { return lipgloss.Width(drawn) }
