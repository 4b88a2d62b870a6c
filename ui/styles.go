package ui

import (
	"image/color"

	"charm.land/bubbles/v2/textarea"
	"charm.land/bubbles/v2/textinput"
	"charm.land/lipgloss/v2"

	"ringback/callback"
)

// styles are the looks of the house, by meaning. Screens read them through
// env.styles, whose content is replaced when the theme changes.
type styles struct {
	// text is ordinary words, faint what may be overlooked, strong what may
	// not.
	text, faint, strong ink
	// accent leads the eye; good, warn and bad judge. None of them is ever the
	// only sign of its meaning: a glyph or a word says the same.
	accent, good, warn, bad ink
	// selection is the row or choice in hand, field an input in focus.
	selection, field ink
	// border draws lines, title heads a pane, key names a key.
	border, title, key ink
	// tab and tabOn are the header's tabs.
	tab, tabOn ink
	// palette is what the others were made of, for the widgets' own styles.
	palette palette
}

// palette is a theme: a colour for each meaning. nil means the terminal's own.
type palette struct {
	name                                           string
	text, faint, strong, accent, good, warn, bad   color.Color
	selected, selectedText, border, tabText, tabBg color.Color
	// plain themes have no colours and say everything by bold, underline and
	// reverse.
	plain bool
}

// themes lists what --theme and the palette offer besides "auto".
func themes() []string { return []string{"dark", "light", "ansi"} }

// newStyles builds the styles of a theme. dark tells what the terminal's
// background is, as far as known; "auto" follows it.
func newStyles(look Look, dark bool) styles {
	switch {
	case look.NoColor:
		return stylesOf(palette{name: "plain", plain: true})
	case look.Theme == "ansi":
		return stylesOf(ansiPalette())
	case look.Theme == "light", look.Theme != "dark" && !dark:
		return stylesOf(lightPalette())
	}
	return stylesOf(darkPalette())
}

func darkPalette() palette {
	c := lipgloss.Color
	return palette{
		name: "dark", text: c("#D7D9DE"), faint: c("#858B98"), strong: c("#FFFFFF"), accent: c("#7CB7FF"),
		good: c("#7FD1AE"), warn: c("#F2C14E"), bad: c("#FF8A6B"),
		selected: c("#2A3A55"), selectedText: c("#FFFFFF"), border: c("#454B57"), tabText: c("#10131A"), tabBg: c("#7CB7FF"),
	}
}

func lightPalette() palette {
	c := lipgloss.Color
	return palette{
		name: "light", text: c("#23272F"), faint: c("#646B78"), strong: c("#000000"), accent: c("#0B57C4"),
		good: c("#0A6B4B"), warn: c("#8A5A00"), bad: c("#B3261E"),
		selected: c("#D3E3FD"), selectedText: c("#000000"), border: c("#B4BAC4"), tabText: c("#FFFFFF"), tabBg: c("#0B57C4"),
	}
}

// ansiPalette uses only the terminal's own sixteen colours, so that it follows
// whatever the user set them to.
func ansiPalette() palette {
	return palette{
		name: "ansi", faint: lipgloss.BrightBlack, accent: lipgloss.Cyan, good: lipgloss.Green, warn: lipgloss.Yellow,
		bad: lipgloss.Red, border: lipgloss.BrightBlack, tabText: lipgloss.Black, tabBg: lipgloss.Cyan,
	}
}

func stylesOf(p palette) styles {
	of := func(c color.Color) lipgloss.Style {
		s := lipgloss.NewStyle()
		if c != nil {
			s = s.Foreground(c)
		}
		return s
	}
	plain := func(c color.Color) ink { return inkOf(of(c)) }
	bold := func(c color.Color) ink { return inkOf(of(c).Bold(true)) }
	s := styles{
		text: plain(p.text), faint: plain(p.faint), strong: bold(p.strong), accent: plain(p.accent), good: plain(p.good),
		warn: plain(p.warn), bad: bold(p.bad), border: plain(p.border), title: bold(p.accent), key: bold(p.accent),
		tab: plain(p.faint), palette: p,
	}
	s.selection = inkOf(lipgloss.NewStyle().Reverse(true))
	s.tabOn = inkOf(lipgloss.NewStyle().Bold(true).Reverse(true))
	s.field = inkOf(lipgloss.NewStyle().Underline(true))
	if p.selected != nil {
		s.selection = inkOf(of(p.selectedText).Background(p.selected).Bold(true))
	}
	if p.tabBg != nil {
		s.tabOn = inkOf(of(p.tabText).Background(p.tabBg).Bold(true))
	}
	return s
}

// mark is how a value is shown so that it can be told without colour: a glyph
// of one cell, a word, and a style.
type mark struct {
	glyph, word string
	style       ink
}

// kind marks why a case was opened.
func (s *styles) kind(k callback.Kind) mark {
	switch k {
	case callback.KindRequest:
		return mark{"◉", "request", s.accent}
	case callback.KindDetractor:
		return mark{"▼", "detractor", s.warn}
	case callback.KindPassive:
		return mark{"◆", "passive", s.faint}
	case callback.KindPromoter:
		return mark{"▲", "promoter", s.good}
	}
	return mark{"○", "ad hoc", s.faint}
}

// category marks a score's category. It must not be in sight before the
// customer was asked for the score again.
func (s *styles) category(c callback.Category) mark {
	switch c {
	case callback.Detractor:
		return mark{"▼", "detractor", s.warn}
	case callback.Passive:
		return mark{"◆", "passive", s.text}
	case callback.Promoter:
		return mark{"▲", "promoter", s.good}
	}
	return mark{"·", "no score", s.faint}
}

// link marks the state of the connection.
func (s *styles) link(l callback.LinkState) mark {
	switch l {
	case callback.LinkLive:
		return mark{"●", "live", s.good}
	case callback.LinkPolling:
		return mark{"◐", "polling", s.good}
	case callback.LinkOffline:
		return mark{"○", "offline", s.warn}
	case callback.LinkDenied:
		return mark{"×", "signed out", s.bad}
	}
	return mark{"○", "never connected", s.warn}
}

// entry marks where an event of the journal stands.
func (s *styles) entry(j callback.JournalState) mark {
	switch j {
	case callback.Waiting:
		return mark{"↑", "waiting", s.accent}
	case callback.Sent:
		return mark{"…", "sent", s.accent}
	case callback.Settled:
		return mark{"✓", "received", s.good}
	case callback.InShadow:
		return mark{"≈", "beside", s.faint}
	case callback.Quarantined:
		return mark{"×", "refused", s.bad}
	}
	return mark{"−", "undone", s.faint}
}

// matter marks what a person is to look at.
func (s *styles) matter(m callback.Matter) mark {
	switch m.Sort {
	case callback.MatterIncident:
		return mark{"!", m.Title(), s.bad}
	case callback.MatterRefused:
		return mark{"×", m.Title(), s.bad}
	case callback.MatterNotice, callback.MatterDecided:
		return mark{"i", m.Title(), s.accent}
	case callback.MatterBeside:
		return mark{"≈", m.Title(), s.faint}
	}
	return mark{"≠", m.Title(), s.warn}
}

// input gives a text input the house's looks: a steady cursor, which costs no
// bytes while nobody types.
func (s *styles) input() textinput.Styles {
	state := textinput.StyleState{Text: *s.text.style, Placeholder: *s.faint.style, Prompt: *s.accent.style, Suggestion: *s.faint.style}
	return textinput.Styles{
		Focused: state, Blurred: state,
		Cursor: textinput.CursorStyle{Color: s.palette.accent, Blink: false},
	}
}

// area gives a text area the house's looks.
func (s *styles) area() textarea.Styles {
	state := textarea.StyleState{
		Base: lipgloss.NewStyle(), Text: *s.text.style, CursorLine: *s.text.style, Placeholder: *s.faint.style, Prompt: *s.border.style,
		EndOfBuffer: *s.faint.style, LineNumber: *s.faint.style, CursorLineNumber: *s.faint.style,
	}
	out := textarea.DefaultStyles(s.palette.name != "light")
	out.Focused, out.Blurred = state, state
	out.Cursor.Color, out.Cursor.Blink = s.palette.accent, false
	return out
}

// box frames a dialog. w and h are the whole box, border included.
func (s *styles) box(w int) lipgloss.Style {
	b := lipgloss.NewStyle().Border(lipgloss.RoundedBorder()).Padding(0, 1).Width(w)
	if s.palette.accent != nil {
		b = b.BorderForeground(s.palette.accent)
	}
	return b
}
