package ui

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"ringback/callback"
)

// queueSide is what is known of the case in hand.
type queueSide struct {
	// id is the case on show, asking the one being loaded.
	id, asking string
	stale      bool
	view       callback.CaseView
	names      map[string]callback.Text
	// shown puts the details in the place of the list, where there is no room
	// for both.
	shown bool
	// top is how far the details are scrolled.
	top int
}

func (d *queueSide) take(v callback.CaseView) { d.id, d.view = v.Case.ID, v }

// team takes the colleagues' names and tells whether any of them is news.
func (d *queueSide) team(msg teamLoaded) (news bool) {
	for _, a := range msg.agents {
		name := callback.Line(a.Name)
		news = news || d.names[a.ID] != name
		d.names[a.ID] = name
	}
	return news
}

func (d *queueSide) name(id string) callback.Text {
	if n, ok := d.names[id]; ok && n.String() != "" {
		return n
	}
	return callback.Line(id)
}

func (d *queueSide) waits(wait string) callback.Text { return waitWords(wait, d.name) }

// words draws the customer's own words, large, and who they are.
func (d *queueSide) words(q *queue, w, h int) []string {
	r, ok := q.win.selected()
	if !ok {
		return nil
	}
	s := q.e.styles
	in := w - 2
	out := []string{" " + s.strong.Render(cut(r.customer, in))}
	if r.account.String() != "" {
		out = append(out, " "+s.text.Render(cut(r.account, in)))
	}
	out = append(append(out, indent(paint(s.faint, wrapMax(d.contact(q, r), in, 2)))...), "")
	if r.comment.String() == "" {
		return append(out, indent(paint(s.faint, wrapMax(say("No words, only a score of %s.", scoreText(r.raw.Value)), in, 2)))...)
	}
	for _, l := range wrapMax(r.comment, in, max(1, h-len(out)-3)) {
		out = append(out, " "+s.strong.Render(l))
	}
	return append(append(out, ""), indent(paint(s.faint, wrapMax(d.origin(q, r), in, 2)))...)
}

// contact is the number, and the time where the customer is.
func (d *queueSide) contact(q *queue, r queueRow) callback.Text {
	if r.phone.String() == "" {
		return say("No number to dial")
	}
	out := r.phone
	if r.raw.Zone != "" {
		out = say("%s · %s in %s", out, localTime(r.raw.Zone, q.e.now(), q.e.zone), callback.City(r.raw.Zone))
	}
	if r.raw.Language != "" {
		out = say("%s · %s", out, callback.LanguageName(r.raw.Language))
	}
	return out
}

// origin says from where and when the words are.
func (d *queueSide) origin(q *queue, r queueRow) callback.Text {
	parts := []string{"score " + scoreText(r.raw.Value).String()}
	if p := r.product.String(); p != "" {
		parts = append(parts, p)
	}
	if d.id == r.id {
		resp := d.view.Case.Response()
		if resp.Channel != "" {
			parts = append(parts, resp.Channel)
		}
		if !resp.AnsweredAt.IsZero() {
			parts = append(parts, resp.AnsweredAt.In(q.e.zone).Format("2 Jan 15:04"))
		}
	}
	return say("%s", strings.Join(parts, " · "))
}

// story draws what happened so far and why this case goes first.
func (d *queueSide) story(q *queue, w, h int) []string {
	lines := append(d.why(q, w-2), "")
	lines = append(lines, d.history(q, w-2)...)
	d.top = clamp(d.top, 0, max(0, len(lines)-h))
	return indent(lines[d.top:])
}

// tallPane is the height from which on one pane has room to keep the story in
// its place below words of different lengths: the eye finds it there, and a
// step along the list draws only what differs.
const tallPane = 30

// both draws words and story in one pane.
func (d *queueSide) both(q *queue, w, h int) []string {
	lines := d.words(q, w, max(6, h*3/5))
	for i, l := range lines {
		lines[i] = strings.TrimPrefix(l, " ")
	}
	lines = append(lines, "")
	for h >= tallPane && len(lines) < h*2/5 {
		lines = append(lines, "")
	}
	lines = append(append(lines, d.why(q, w-2)...), "")
	lines = append(lines, d.history(q, w-2)...)
	d.top = clamp(d.top, 0, max(0, len(lines)-h))
	return indent(lines[d.top:])
}

// preview draws a few lines below the list.
func (d *queueSide) preview(q *queue, w int) []string {
	s := q.e.styles
	r, ok := q.win.selected()
	out := []string{s.border.Render(strings.Repeat("─", w))}
	if !ok {
		return out
	}
	out = append(out, " "+s.faint.Render(cut(say("%s · %s", d.contact(q, r), d.origin(q, r)), w-2)))
	for _, l := range wrapMax(r.comment, w-2, previewHeight-2) {
		out = append(out, " "+s.strong.Render(l))
	}
	return out
}

func indent(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = " " + l
	}
	return out
}

// why draws the tier, the factors as bars, and what the case goes before.
func (d *queueSide) why(q *queue, w int) []string {
	s := q.e.styles
	out := []string{s.title.Render(cut(say("Why this one"), w))}
	r, ok := q.win.selected()
	if !ok || d.id != r.id {
		return append(out, s.faint.Render("…"))
	}
	p := d.view.Place
	if r.raw.Draft {
		out = append(out, paint(s.bad, wrapMax(say("! A call to them was begun here and is not saved: enter goes on with it."), w, 4))...)
	}
	if !r.raw.Skipped.IsZero() {
		out = append(out, paint(s.warn, wrapMax(say("You skipped it at %s.", clockOf(r.raw.Skipped, q.e.now(), q.e.zone)), w, 2))...)
	}
	if !p.Ready && p.Wait != "" {
		forms, _ := q.waitForms(r)
		out = append(out, paint(s.warn, wrapMax(say("Waits: %s", forms[0]), w, 3))...)
	}
	out = append(out, paint(s.text, wrapMax(say("%s · %.0f points", tierWords(p.Tier, r.raw.Due, q.e.now()), p.Points), w, 2))...)
	widest := 1.0
	for _, f := range p.Factors {
		widest = max(widest, math.Abs(f.Weight))
	}
	room := clamp(w-13-6, 4, 24)
	for _, f := range p.Factors {
		if math.Abs(f.Points) < 0.05 {
			continue
		}
		style := s.accent
		if f.Points < 0 {
			style = s.warn
		}
		length := int(math.Round(math.Abs(f.Points) / widest * float64(room)))
		bar := stretch(strings.Repeat("█", clamp(length, 1, room)), room)
		out = append(out, s.faint.Render(pad(callback.Line(f.Name), 13))+style.Render(bar)+s.text.Render(padLeft(say("%+.0f", f.Points), 5)))
	}
	if b := d.view.Beats; b != nil {
		out = append(out, paint(s.faint, wrapMax(d.beats(p, *b), w, 3))...)
	}
	return out
}

// beats says why the next case comes later: the tier, or the factors that make
// the difference.
func (d *queueSide) beats(p callback.Place, b callback.QueueRow) callback.Text {
	who := callback.Line(b.Customer)
	switch {
	case p.Ready && b.Early && !p.Early:
		return say("Before %s, whose agreed time has not come", who)
	case p.Ready && !b.Ready:
		return say("Before %s, who waits: %s", who, d.waits(b.Wait))
	case !p.Ready && !p.At.Equal(b.At):
		// Those who wait stand by when they can be called; no tier decides.
		return say("Before %s, who can be called later", who)
	case p.Tier != b.Tier:
		return say("Before %s: %s goes before %s", who, p.Tier.Words(), b.Tier.Words())
	}
	if ahead := aheadBy(p.Factors, b.Factors); ahead != "" {
		return say("Before %s, who has %.0f points: %s", who, b.Points, ahead)
	}
	return say("Before %s, who has %.0f points", who, b.Points)
}

// aheadBy names the factors that put one case before another, at most three,
// the weightiest first.
func aheadBy(mine, theirs []callback.Factor) string {
	type lead struct {
		name string
		by   float64
	}
	var leads []lead
	for _, f := range mine {
		for _, g := range theirs {
			if g.Name == f.Name && f.Points-g.Points >= 0.5 {
				leads = append(leads, lead{f.Name, f.Points - g.Points})
			}
		}
	}
	slices.SortStableFunc(leads, func(a, b lead) int { return cmp.Compare(b.by, a.by) })
	var parts []string
	for _, l := range leads[:min(3, len(leads))] {
		parts = append(parts, fmt.Sprintf("%s %+.0f", l.name, l.by))
	}
	return strings.Join(parts, ", ")
}

// history draws attempts, scores, promises and notes, the latest first.
func (d *queueSide) history(q *queue, w int) []string {
	s := q.e.styles
	out := []string{s.title.Render(cut(say("So far"), w))}
	r, ok := q.win.selected()
	if !ok || d.id != r.id {
		return append(out, s.faint.Render("…"))
	}
	c := d.view.Case
	if d.view.Pending > 0 {
		out = append(out, s.accent.Render(cut(say("↑ %d not sent yet", d.view.Pending), w)))
	}
	if q.packed(r) {
		until := clockOf(r.raw.Pack, q.e.now(), q.e.zone)
		forms := []callback.Text{say("%s Taken along: yours until %s.", packGlyph, until), say("%s Yours until %s.", packGlyph, until)}
		out = append(out, s.accent.Render(cut(fitting(forms, w), w)))
	}
	for _, t := range c.Troubles() {
		out = append(out, paint(s.warn, wrap(say("! %s", t), w))...)
	}
	if words := elsewhere(c); words.String() != "" {
		out = append(out, paint(s.warn, wrap(words, w))...)
	}
	if c.Plan.Reason != "" {
		out = append(out, paint(s.text, wrapMax(say("→ %s", c.Plan.Reason), w, 2))...)
	}
	for _, p := range c.Promises {
		out = append(out, d.promise(q.e, p, w)...)
	}
	if len(c.Attempts) == 0 {
		out = append(out, s.faint.Render(cut(say("Nobody has called yet."), w)))
	}
	for _, m := range d.moments(q, w) {
		out = append(out, m.lines...)
	}
	return out
}

// moment is something that happened to a case, drawn.
type moment struct {
	at    time.Time
	lines []string
}

// moments are what happened so far, the latest first.
func (d *queueSide) moments(q *queue, w int) []moment {
	s, c := q.e.styles, d.view.Case
	out := make([]moment, 0, len(c.Attempts)+len(c.Scores)+len(c.Notes)+len(c.Skips))
	for _, a := range c.Attempts {
		out = append(out, moment{a.At, d.attempt(q, a, w)})
	}
	for _, sc := range c.Scores {
		out = append(out, moment{sc.At, paint(s.text, wrapMax(scoreWords(sc, q.e.zone), w, 2))})
	}
	for _, n := range c.Notes {
		out = append(out, moment{n.At, paint(s.text, wrapMax(say("%s %s: %s", day(n.At, q.e.zone), d.name(n.By), n.Text), w, 3))})
	}
	for _, k := range c.Skips {
		out = append(out, moment{k.At, paint(s.text, wrapMax(say("%s skipped by %s: %s", day(k.At, q.e.zone), d.name(k.By), k.Reason), w, 3))})
	}
	out = append(out, d.floorMoments(q, w)...)
	out = append(out, d.peaceMoments(q, w)...)
	slices.SortStableFunc(out, func(a, b moment) int { return b.at.Compare(a.at) })
	return out
}

func (d *queueSide) attempt(q *queue, a callback.Attempt, w int) []string {
	s := q.e.styles
	meaning := string(a.Disposition)
	if r, ok := a.Disposition.Rule(); ok {
		meaning = r.Meaning
	}
	head := say("%s %s · %s", day(a.At, q.e.zone), rangWords(a, meaning), d.name(a.Agent))
	out := paint(s.text, wrapMax(head, w, 2))
	if a.Note != "" {
		out = append(out, indent(indent(paint(s.faint, wrapMax(say("%s", a.Note), w-2, 2))))...)
	}
	out = append(out, indent(indent(saidLines(s, a, w-2)))...)
	if a.Shadowed != "" {
		out = append(out, paint(s.warn, wrapMax(say("≈ kept, but %s", a.Shadowed.Words()), w, 2))...)
	}
	return out
}

// scoreWords says a score and which question it answers.
func scoreWords(sc callback.Score, zone *time.Location) callback.Text {
	asked := map[callback.ScoreRole]string{
		callback.Baseline: "in the survey", callback.Rescore: "asked on the call", callback.Resurvey: "asked again later",
	}[sc.Role]
	switch sc.Answer {
	case callback.Declined:
		return say("%s score declined, %s", day(sc.At, zone), asked)
	case callback.NotAsked:
		return say("%s score not asked on the call", day(sc.At, zone))
	}
	return say("%s score %s, %s", day(sc.At, zone), scoreText(sc.Value), asked)
}

func day(t time.Time, zone *time.Location) string { return t.In(zone).Format("2 Jan") }
