package ui

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"ringback/callback"
)

// wordsIn counts words. Scripts without spaces count two signs as a word.
func wordsIn(t callback.Text) int {
	n, dense := 0, 0
	for _, w := range strings.Fields(t.String()) {
		n++
		for _, r := range w {
			if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) {
				dense++
			}
		}
	}
	return n + dense/2
}

// Heights around the words.
const (
	replayHead = 2
	replayFoot = 3
)

func (r *replay) View() string {
	if !r.dirty {
		return r.drawn
	}
	r.dirty = false
	out := []string{r.headline(), ""}
	if len(r.deck.cards) == 0 {
		out = append(out, open(r.nothing(), r.w, r.h-replayHead)...)
	} else {
		out = append(out, open(r.stage(r.h-replayHead-replayFoot), r.w, r.h-replayHead-replayFoot)...)
		out = append(out, r.caption(), "", r.progress())
	}
	r.drawn = strings.Join(open(out, r.w, r.h), "\n")
	return r.drawn
}

// headline says what is played and where in the deck we are.
func (r *replay) headline() string {
	s := r.e.styles
	q := r.filter.query
	what := say("all comments")
	if q.Category != "" {
		m := s.category(q.Category)
		what = say("%s %ss", m.glyph, m.word)
	}
	left := []string{what.String()}
	for _, f := range []string{q.Product, languageWord(q.Language)} {
		if f != "" {
			left = append(left, say("%s", f).String())
		}
	}
	if q.Contains != "" {
		left = append(left, say("with %q", callback.Line(q.Contains)).String())
	}
	state := "‖ paused"
	if r.play.on {
		state = "▶ playing"
	}
	of := "of"
	if len(r.deck.cards) == replayLimit {
		of = "of the latest"
	}
	right := say("%d %s %d · %s · %d words/min", min(r.deck.at+1, len(r.deck.cards)), of, len(r.deck.cards), state, r.play.speed)
	rw := min(cells(right.String()), r.w-12)
	return " " + s.title.Render(pad(say("%s", strings.Join(left, " · ")), r.w-rw-3)) + " " + s.faint.Render(cut(right, rw)) + " "
}

// stage draws the words in the middle, large: with a line between the lines
// where there is room. What was read is bright, what comes is faint; in calm
// mode all is bright at once.
func (r *replay) stage(h int) []string {
	s := r.e.styles
	c := r.deck.now()
	lines := wrap(c.text, min(64, r.w-6))
	airy := len(lines)*2 <= h
	if airy {
		h /= 2
	}
	read, total := len(lines), max(1, wordsIn(c.text))
	done := total
	if !r.e.calm {
		if d := r.play.reading(c.text); d > 0 {
			done = int(float64(total) * min(1, float64(r.play.elapsed(r.e.now()))/float64(d)))
		}
		read = 0
		for sum := 0; read < len(lines) && sum < done; read++ {
			sum += wordsIn(callback.Line(lines[read]))
		}
	}
	top := 0
	if len(lines) > h {
		auto := clamp(read-h/2, 0, len(lines)-h)
		if r.e.calm {
			auto = 0
		}
		r.scrolled = clamp(r.scrolled, -auto, len(lines)-h-auto)
		top = auto + r.scrolled
		lines = lines[top:min(len(lines), top+h)]
	}
	width := 0
	for _, l := range lines {
		width = max(width, ansi.StringWidth(l))
	}
	out := make([]string, 0, h)
	for range max(0, (h-len(lines))/2) {
		out = append(out, "")
	}
	if airy {
		out = append(out, out...)
	}
	left := blank((r.w - width) / 2)
	for i, l := range lines {
		style := s.strong
		if top+i >= read {
			style = s.faint
		}
		out = append(out, left+style.Render(l))
		if airy {
			out = append(out, "")
		}
	}
	return out
}

// caption says from whom the words are: never the name.
func (r *replay) caption() string {
	s := r.e.styles
	c := r.deck.now()
	m := s.category(c.raw.Category())
	parts := []string{say("%s score %s", m.glyph, scoreText(c.raw.Score)).String()}
	for _, p := range []string{c.product.String(), say("%s", c.raw.Channel).String(), languageWord(c.raw.Language)} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	parts = append(parts, c.raw.AnsweredAt.In(r.e.zone).Format("2 January 2006"))
	return centre(m.style.Render(cut(say("%s", strings.Join(parts, " · ")), r.w-2)), r.w)
}

// languageWord is a language's name, or nothing if it is not known.
func languageWord(tag string) string {
	if tag == "" {
		return ""
	}
	return say("%s", callback.LanguageName(tag)).String()
}

// progress draws how far the comment is read.
func (r *replay) progress() string {
	if r.e.calm {
		return ""
	}
	s := r.e.styles
	w := min(64, r.w-6)
	share := min(1, float64(r.play.elapsed(r.e.now()))/float64(r.play.lasts(r.deck.now().text)))
	n := int(share * float64(w))
	return centre(s.accent.Render(strings.Repeat("━", n))+s.border.Render(strings.Repeat("─", w-n)), r.w)
}

// nothing says why no comment is played and what to do.
func (r *replay) nothing() []string {
	s := r.e.styles
	head, hint := say("No comments yet"), say("They come with the next sync: 5 shows how it stands.")
	switch {
	case !r.load.loaded:
		head, hint = say("Reading the comments…"), callback.Text{}
	case r.filtered():
		head, hint = say("No comment matches"), say("Press esc to hear all promoters again.")
	}
	return []string{"", centre(s.title.Render(cut(head, r.w-2)), r.w), "", centre(s.text.Render(cut(hint, r.w-2)), r.w)}
}
