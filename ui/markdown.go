package ui

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"ringback/callback"
)

// markdown draws a trainer's words within a width. Only trainers' words come
// here, never the customer's: Markdown would read signs into them. The body is
// clean before it is parsed and entities are left as they are written, so
// nothing in it can become a control character.
func markdown(s *styles, body callback.Text, width int) []string {
	return filledIn(s, body, nil, width)
}

// filledIn is markdown with the blanks filled in. What is filled in may be
// foreign: a mark stands for it until the Markdown has been read.
func filledIn(s *styles, body callback.Text, with blanks, width int) []string {
	var known []string
	words := callback.FillBlanks(body.String(), func(b callback.Blank) string {
		value := callback.Line(with[b]).String()
		if value == "" {
			return ""
		}
		mark := "⟦" + string(b) + "⟧"
		known = append(known, mark, value)
		return mark
	})
	source := []byte(words)
	p := page{styles: s, source: source, known: strings.NewReplacer(known...)}
	return p.blocks(goldmark.DefaultParser().Parse(text.NewReader(source)), max(1, width))
}

// page is one text on its way from Markdown to lines.
type page struct {
	styles *styles
	source []byte
	// known puts what is known in the place of the marks of blanks.
	known *strings.Replacer
}

// blanks are what a desk knows of a call, by the blanks of a guide.
type blanks map[callback.Blank]string

// blocks draws the blocks inside n, an empty line between them.
func (p page) blocks(n ast.Node, width int) []string {
	var out []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if len(out) > 0 && !tight(n) {
			out = append(out, "")
		}
		out = append(out, p.block(c, width)...)
	}
	return out
}

// tight tells of lists whose items stand close together, and of the items.
func tight(n ast.Node) bool {
	if l, ok := n.(*ast.List); ok {
		return l.IsTight
	}
	_, item := n.(*ast.ListItem)
	return item
}

func (p page) block(n ast.Node, width int) []string {
	s := p.styles
	switch n := n.(type) {
	case *ast.Heading:
		return p.words(n, s.title, width)
	case *ast.Blockquote:
		return hang(p.quoted(n, max(1, width-2)), s.border.Render("│")+" ", s.border.Render("│")+" ")
	case *ast.List:
		return p.list(n, width)
	case *ast.ThematicBreak:
		return []string{s.border.Render(strings.Repeat("─", min(4, width)))}
	case *ast.CodeBlock, *ast.FencedCodeBlock, *ast.HTMLBlock:
		return p.verbatim(n, width)
	}
	return p.words(n, s.text, width)
}

// quoted draws what to say word for word, which must be found at a glance.
func (p page) quoted(n ast.Node, width int) []string {
	var out []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if len(out) > 0 {
			out = append(out, "")
		}
		if c.Kind() == ast.KindParagraph {
			out = append(out, p.words(c, p.styles.strong, width)...)
			continue
		}
		out = append(out, p.block(c, width)...)
	}
	return out
}

func (p page) list(l *ast.List, width int) []string {
	var out []string
	number := l.Start
	for item := l.FirstChild(); item != nil; item = item.NextSibling() {
		mark := "• "
		if l.IsOrdered() {
			mark = strconv.Itoa(number) + ". "
			number++
		}
		if len(out) > 0 && !l.IsTight {
			out = append(out, "")
		}
		room := max(1, width-ansi.StringWidth(mark))
		out = append(out, hang(p.blocks(item, room), p.styles.accent.Render(mark), blank(ansi.StringWidth(mark)))...)
	}
	return out
}

func (p page) verbatim(n ast.Node, width int) []string {
	var out []string
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		line := strings.TrimRight(string(segment.Value(p.source)), "\n")
		out = append(out, p.styles.faint.Render(cut(callback.Line(p.known.Replace(line)), width)))
	}
	return out
}

// words draws the inline content of a block, wrapped.
func (p page) words(n ast.Node, look ink, width int) []string {
	var b strings.Builder
	p.inline(&b, n, look)
	if b.Len() == 0 {
		return nil
	}
	return strings.Split(ansi.Wrap(b.String(), width, ""), "\n")
}

// inline draws each word by itself, so that a look never runs over a line's
// end.
func (p page) inline(b *strings.Builder, n ast.Node, look ink) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			p.run(b, string(util.UnescapePunctuations(c.Segment.Value(p.source))), look)
			if c.HardLineBreak() {
				b.WriteByte('\n')
			} else if c.SoftLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			p.run(b, string(c.Value), look)
		case *ast.CodeSpan:
			p.inline(b, c, p.styles.accent)
		case *ast.Emphasis:
			if c.Level > 1 {
				p.inline(b, c, p.styles.strong)
			} else {
				p.inline(b, c, look.underlined())
			}
		case *ast.AutoLink:
			p.run(b, string(c.URL(p.source)), look.underlined())
		case *ast.RawHTML:
			p.run(b, string(c.Segments.Value(p.source)), look)
		case *ast.Link:
			p.inline(b, c, look.underlined())
			p.run(b, " ("+string(c.Destination)+")", p.styles.faint)
		default:
			p.inline(b, c, look)
		}
	}
}

func (p page) run(b *strings.Builder, words string, look ink) {
	clean := callback.Clean(p.known.Replace(words)).String()
	for i, w := range strings.FieldsFunc(clean, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }) {
		if i > 0 || strings.HasPrefix(clean, " ") {
			b.WriteByte(' ')
		}
		b.WriteString(look.Render(w))
	}
	if strings.HasSuffix(clean, " ") {
		b.WriteByte(' ')
	}
}

// hang puts a mark before the first line and a space of its width before the
// others.
func hang(lines []string, first, rest string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		if i == 0 {
			out[i] = first + l
		} else {
			out[i] = rest + l
		}
	}
	return out
}
