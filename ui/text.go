package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"ringback/callback"
)

// This file is the only way from words to cells. Its functions take
// callback.Text, which only the sanitizer makes, so that raw foreign words
// cannot be drawn; what they give is measured in cells, never in bytes.

// say makes text of our own words and whatever is put into them.
func say(format string, args ...any) callback.Text {
	if len(args) == 0 {
		return callback.Line(format)
	}
	return callback.Line(fmt.Sprintf(format, args...))
}

// oneLine gives text as one line, even if it was cleaned as several.
func oneLine(t callback.Text) string {
	s := t.String()
	if strings.ContainsAny(s, "\n\t") {
		return strings.Join(strings.Fields(s), " ")
	}
	return s
}

// cut shortens text to w cells, with a mark if something was lost.
func cut(t callback.Text, w int) string {
	if w <= 0 {
		return ""
	}
	return ansi.Truncate(oneLine(t), w, "…")
}

// pad cuts text and fills it up to exactly w cells.
func pad(t callback.Text, w int) string { return stretch(cut(t, w), w) }

// padLeft is pad with the text at the right end, as figures stand.
func padLeft(t callback.Text, w int) string {
	s := cut(t, w)
	return blank(w-ansi.StringWidth(s)) + s
}

// wrap breaks text into lines of at most w cells, between words where it can.
func wrap(t callback.Text, w int) []string {
	if w <= 0 {
		return nil
	}
	s := strings.ReplaceAll(t.String(), "\t", "    ")
	lines := strings.Split(ansi.Wrap(s, w, ""), "\n")
	for i, l := range lines {
		lines[i] = ansi.Truncate(strings.TrimRight(l, " "), w, "")
	}
	return lines
}

// wrapMax wraps into at most n lines; the last one says that there is more.
func wrapMax(t callback.Text, w, n int) []string {
	lines := wrap(t, w)
	if n <= 0 {
		return nil
	}
	if len(lines) <= n {
		return lines
	}
	lines = lines[:n]
	lines[n-1] = ansi.Truncate(lines[n-1], max(0, w-1), "") + "…"
	return lines
}

// blank is n spaces.
func blank(n int) string { return strings.Repeat(" ", max(0, n)) }

// stretch fills something drawn up to w cells, and cuts it if it is wider.
func stretch(drawn string, w int) string {
	n := ansi.StringWidth(drawn)
	if n > w {
		drawn = ansi.Truncate(drawn, max(0, w), "")
		n = ansi.StringWidth(drawn)
	}
	return drawn + blank(w-n)
}

// limit cuts something drawn to at most w cells.
func limit(drawn string, w int) string {
	if ansi.StringWidth(drawn) <= w {
		return drawn
	}
	return ansi.Truncate(drawn, max(0, w), "")
}

// block makes drawn lines exactly w by h cells.
func block(lines []string, w, h int) []string {
	out := make([]string, 0, max(0, h))
	for i := range max(0, h) {
		if i < len(lines) {
			out = append(out, stretch(lines[i], w))
			continue
		}
		out = append(out, blank(w))
	}
	return out
}

// open makes drawn lines at most w by h cells, without filling them up: for
// the right-most pane, where a terminal that measures foreign text differently
// must not spoil what stands beside it.
func open(lines []string, w, h int) []string {
	out := make([]string, 0, max(0, h))
	for i := range max(0, h) {
		if i < len(lines) {
			out = append(out, ansi.Truncate(lines[i], w, ""))
			continue
		}
		out = append(out, "")
	}
	return out
}

// beside joins panes line by line, with a vertical line between them. All but
// the last must be blocks.
func beside(line string, panes ...[]string) []string {
	var out []string
	for i := range panes[0] {
		parts := make([]string, len(panes))
		for j, p := range panes {
			if i < len(p) {
				parts[j] = p[i]
			}
		}
		out = append(out, strings.Join(parts, line))
	}
	return out
}

// centre puts something drawn in the middle of w cells.
func centre(drawn string, w int) string {
	return blank((w-ansi.StringWidth(drawn))/2) + drawn
}

// paint draws each line in a style.
func paint(s ink, lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = s.Render(l)
	}
	return out
}

// rightOf gives what stands right of a column; of a wide sign that the column
// divides, a space is left.
func rightOf(drawn string, x int) string {
	room := max(0, ansi.StringWidth(drawn)-x)
	for skip := x; ; skip++ {
		s := ansi.TruncateLeft(drawn, skip, "")
		if n := ansi.StringWidth(s); n <= room {
			return blank(room-n) + s
		}
	}
}

// pasted makes what is pasted safe to show: it is foreign too.
func pasted(msg tea.PasteMsg) tea.PasteMsg {
	msg.Content = callback.Clean(msg.Content).String()
	return msg
}

// overlay lays a drawn box over drawn lines, its corner at x, y.
func overlay(under []string, box []string, x, y int) []string {
	out := append([]string(nil), under...)
	for i, l := range box {
		at := y + i
		if at < 0 || at >= len(out) {
			continue
		}
		w := ansi.StringWidth(l)
		left := stretch(ansi.Truncate(out[at], x, ""), x)
		out[at] = left + l + rightOf(out[at], x+w)
	}
	return out
}
