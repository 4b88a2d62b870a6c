package ui

import (
	"image/color"
	"strconv"
	"strings"

	"charm.land/glamour/v2"
	gansi "charm.land/glamour/v2/ansi"
	"github.com/charmbracelet/x/ansi"

	"ringback/callback"
)

// guideView is the step of the guide in view, rendered once for each step,
// width and theme.
type guideView struct {
	lines []string
	top   int
	was   guideKey
}

type guideKey struct {
	id                   string
	version, step, width int
	theme                string
}

// fit renders the step if it is not the one rendered last.
func (g *guideView) fit(s *styles, guide callback.Guide, step, width int) {
	now := guideKey{guide.ID, guide.Version, step, width, s.palette.name}
	if now == g.was {
		return
	}
	if now.id != g.was.id || now.step != g.was.step {
		g.top = 0
	}
	g.was, g.lines = now, nil
	if step < len(guide.Steps) {
		g.lines = markdown(s, callback.Clean(guide.Steps[step].Body), width)
	}
}

// markdown renders a trainer's words. Only trainers' words come here, never
// the customer's: Markdown would read signs into them.
func markdown(s *styles, body callback.Text, width int) []string {
	plain := func() []string { return paint(s.text, wrap(body, width)) }
	r, err := glamour.NewTermRenderer(glamour.WithStyles(s.markdown()), glamour.WithWordWrap(width))
	if err != nil {
		return plain()
	}
	// An entity such as &#27; would become the control it stands for.
	out, err := r.Render(strings.ReplaceAll(body.String(), "&", "&amp;"))
	if err != nil {
		return plain()
	}
	lines := strings.Split(onlyLooks(out), "\n")
	for len(lines) > 0 && blankLine(lines[0]) {
		lines = lines[1:]
	}
	for len(lines) > 0 && blankLine(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	return lines
}

func blankLine(l string) bool { return strings.TrimSpace(ansi.Strip(l)) == "" }

// onlyLooks keeps colours and the like (SGR) and words, and drops every other
// sequence, links among them.
func onlyLooks(drawn string) string {
	var out, words strings.Builder
	flush := func() {
		out.WriteString(callback.Clean(words.String()).String())
		words.Reset()
	}
	state := byte(0)
	for len(drawn) > 0 {
		seq, width, n, next := ansi.DecodeSequence(drawn, state, nil)
		state = next
		switch {
		case width > 0 || seq == "\n":
			words.WriteString(seq)
		case strings.HasPrefix(seq, "\x1b[") && strings.HasSuffix(seq, "m"):
			flush()
			out.WriteString(seq)
		}
		drawn = drawn[n:]
	}
	flush()
	return out.String()
}

// markdown gives the house's looks to rendered Markdown.
func (s *styles) markdown() gansi.StyleConfig {
	yes := true
	text := gansi.StylePrimitive{Color: inkOf(s.palette.text)}
	strong := gansi.StylePrimitive{Color: inkOf(s.palette.strong), Bold: &yes}
	accent := gansi.StylePrimitive{Color: inkOf(s.palette.accent), Bold: &yes}
	faint := gansi.StylePrimitive{Color: inkOf(s.palette.faint)}
	block := func(p gansi.StylePrimitive) gansi.StyleBlock { return gansi.StyleBlock{StylePrimitive: p} }
	heading := block(accent)
	heading.BlockSuffix = "\n"
	two := uint(2)
	quote := gansi.StyleBlock{StylePrimitive: strong, Indent: &two}
	return gansi.StyleConfig{
		Document: block(text), Paragraph: block(text), BlockQuote: quote, Heading: heading, H1: heading, H2: heading, H3: heading,
		List:           gansi.StyleList{StyleBlock: block(text), LevelIndent: 2},
		Item:           gansi.StylePrimitive{BlockPrefix: "• "},
		Enumeration:    gansi.StylePrimitive{BlockPrefix: ". "},
		Task:           gansi.StyleTask{Ticked: "[x] ", Unticked: "[ ] "},
		Emph:           gansi.StylePrimitive{Underline: &yes},
		Strong:         strong,
		HorizontalRule: gansi.StylePrimitive{Color: inkOf(s.palette.border), Format: "\n────\n"},
		Code:           block(accent), CodeBlock: gansi.StyleCodeBlock{StyleBlock: block(faint)},
		Link: faint, LinkText: gansi.StylePrimitive{Underline: &yes},
		Table: gansi.StyleTable{StyleBlock: block(text)},
	}
}

// inkOf names a colour the way the Markdown renderer wants it; the terminal's
// own colours stay its own.
func inkOf(c color.Color) *string {
	if c == nil {
		return nil
	}
	name := ""
	if own, ok := c.(ansi.BasicColor); ok {
		name = strconv.Itoa(int(own))
	} else {
		r, g, b, _ := c.RGBA()
		name = "#" + hex2(r) + hex2(g) + hex2(b)
	}
	return &name
}

func hex2(v uint32) string {
	s := strconv.FormatUint(uint64(v>>8), 16)
	if len(s) == 1 {
		return "0" + s
	}
	return s
}
