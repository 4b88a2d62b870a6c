package ui

import (
	"fmt"
	"math"
	"strings"

	"ringback/callback"
)

// words are the customer's own, as they stand in the latest response that has
// any.
func (c *call) words() (text callback.Text, r callback.Response) {
	all := c.view().Responses
	for i := len(all) - 1; i >= 0; i-- {
		if t := callback.Clean(all[i].Comment); strings.TrimSpace(t.String()) != "" {
			return t, all[i]
		}
	}
	return callback.Text{}, c.view().Response()
}

// wordsLines draws the first lines of the words, large, and gives those that
// had no room.
func (c *call) wordsLines(w, room int) (head, more []string) {
	s := c.e.styles
	text, _ := c.words()
	if own := c.view().AdHoc; text.String() == "" && own != nil {
		return paint(s.text, wrapMax(outsideWords(*own), w, max(1, room))), nil
	}
	if text.String() == "" {
		return []string{s.faint.Render(cut(say("They left no words."), w))}, nil
	}
	lines := wrap(text, w-2)
	if len(lines) > room && room > 0 {
		for _, l := range lines[room:] {
			more = append(more, s.border.Render("│ ")+s.strong.Render(l))
		}
		lines = wrapMax(text, w-2, room)
	}
	for _, l := range lines {
		head = append(head, s.border.Render("│ ")+s.strong.Render(l))
	}
	return head, more
}

// customerPane draws who they are, what they said and what happened so far.
// While the score is asked for, only their words are in sight.
func (c *call) customerPane(w, h int) []string {
	in := w - 2
	words, more := c.wordsLines(in, max(3, h/2))
	head := append([]string{c.e.styles.title.Render(cut(say("In their words"), in))}, words...)
	if c.focus == fieldScore {
		return indent(c.scrolled(head, more, h))
	}
	return indent(c.scrolled(head, append(append(more, ""), c.aboutLines(in)...), h))
}

// scrolled keeps the head in view and scrolls the rest.
func (c *call) scrolled(head, rest []string, h int) []string {
	room := max(0, h-len(head))
	c.look.words = clamp(c.look.words, 0, max(0, len(rest)-room))
	out := append([]string(nil), head...)
	return append(out, rest[c.look.words:min(len(rest), c.look.words+room)]...)
}

// aboutLines are all that is known but the words.
func (c *call) aboutLines(w int) []string {
	out := c.whoLines(w)
	if lines := c.openLines(w); len(lines) > 0 {
		out = append(append(out, ""), lines...)
	}
	out = append(append(out, ""), c.whyLines(w)...)
	if lines := c.pastLines(w); len(lines) > 0 {
		out = append(append(out, ""), lines...)
	}
	return out
}

var roleWords = map[callback.Role]string{
	callback.DecisionMaker: "decision maker", callback.Influencer: "influencer", callback.EndUser: "end user",
}

func (c *call) whoLines(w int) []string {
	s, cu := c.e.styles, c.sheet.customer()
	_, r := c.words()
	out := []string{s.strong.Render(cut(c.sheet.name(), w))}
	add := func(parts ...string) {
		var full []string
		for _, p := range parts {
			if strings.TrimSpace(p) != "" {
				full = append(full, p)
			}
		}
		if len(full) > 0 {
			out = append(out, paint(s.text, wrapMax(say("%s", strings.Join(full, " · ")), w, 2))...)
		}
	}
	add(cu.Account, roleWords[cu.Role])
	add(append(c.phoneWords(), callback.LanguageName(c.view().Language()))...)
	add(r.Product, r.Channel, "answered "+callback.Ago(c.now.Sub(r.AnsweredAt))+" ago")
	if r.Score != nil {
		add(fmt.Sprintf("gave %d of 10", *r.Score))
	}
	if r.Asked {
		add("asked for a call")
	}
	return out
}

// openLines are what a supervisor answered, and what is agreed and promised.
func (c *call) openLines(w int) []string {
	s, v := c.e.styles, c.view()
	var out []string
	if e := v.Returned(); e != nil {
		out = append(out, paint(s.strong, wrapMax(say("↩ %s: %s", c.person(e.EndedBy), e.Words), w, 6))...)
	}
	if e := v.Escalation(); e != nil {
		out = append(out, paint(s.warn, wrapMax(say("Before a supervisor, %s: %s", c.asker(e.By), e.Reason), w, 4))...)
	}
	if cb := v.Plan.Callback; cb != nil {
		out = append(out, paint(s.accent, wrapMax(say("Callback agreed: %s", c.sheet.both(cb.At, c.now)), w, 2))...)
	}
	for _, p := range v.Promises {
		if p.Status == callback.PromiseOpen {
			out = append(out, paint(s.accent, wrapMax(say("Promised by %s until %s: %s", c.person(p.Owner), c.sheet.local(p.Due, c.now), p.Text), w, 3))...)
		}
	}
	for _, t := range v.Troubles() {
		out = append(out, paint(s.warn, wrapMax(say("! %s", t), w, 3))...)
	}
	return out
}

func (c *call) person(id string) callback.Text {
	if id == c.e.me.ID {
		return say("you")
	}
	if n, ok := c.look.names[id]; ok && n.String() != "" {
		return n
	}
	return callback.Line(id)
}

// whyLines say why this case is served, by the factors that weigh most.
func (c *call) whyLines(w int) []string {
	s, p := c.e.styles, c.sheet.view.Place
	out := []string{s.title.Render(cut(say("Why this one"), w))}
	if !c.view().State.Open() {
		return append(out, paint(s.text, wrapMax(say("No call is owed any more."), w, 2))...)
	}
	out = append(out, paint(s.text, wrapMax(say("%s · %.0f points", tierWords(p.Tier, c.view().Plan.FirstDue, c.now), p.Points), w, 2))...)
	if p.Wait != "" {
		out = append(out, paint(s.warn, wrapMax(say("waits: %s", waitWords(p.Wait, c.person)), w, 2))...)
	}
	var parts []string
	for _, f := range p.Factors {
		if math.Abs(f.Points) >= 1 {
			parts = append(parts, fmt.Sprintf("%s %+.0f", f.Name, f.Points))
		}
	}
	if len(parts) > 0 {
		out = append(out, paint(s.faint, wrapMax(say("%s", strings.Join(parts, " · ")), w, 3))...)
	}
	if b := c.sheet.view.Beats; b != nil {
		out = append(out, paint(s.faint, wrapMax(say("before %s", b.Customer), w, 1))...)
	}
	return out
}
