package sample

import (
	"math"
	"strings"
	"time"

	"ringback/callback"
)

// ending decides how a talk ends.
func (k *caller) ending(c callback.Case) callback.Disposition {
	if c.Kind == callback.KindPromoter || c.Kind == callback.KindPassive {
		return callback.Thanked
	}
	lost, escalated := 6.0, 5.0
	if s := c.Opening().Score; c.Kind == callback.KindRequest {
		lost, escalated = 1, 3
	} else if s != nil && *s <= 2 {
		lost, escalated = 13, 9
	}
	return k.one([]share{
		{callback.TalkedResolved, 46},
		{callback.TalkedPromise, 28},
		{callback.TalkedListened, 11},
		{callback.TalkedEscalated, escalated},
		{callback.TalkedLost, lost},
	})
}

// talk fills in what was said: note, root cause, promise, the score asked
// again, and now and then a story.
func (k *caller) talk(r *callback.CallRecorded, c callback.Case, w worker, m mind, start time.Time) {
	r.Talk, r.WrapUp = k.seconds(330), k.d.between(25, 170)
	root := m.root
	r.Root = &root
	if r.Disposition != callback.Thanked {
		r.Note = k.note(r.Disposition, root.Driver)
	}
	if r.Disposition == callback.TalkedPromise {
		r.Promises = k.promises(w, m, start)
	}
	r.Rescore = k.rescore(c, r.Disposition, w, m.lang)
	if v := r.Rescore.Value; v != nil && *v >= 9 && len(c.Scores) > 0 && k.d.chance(0.14) {
		r.Story = &callback.Story{
			Wrong: k.r.line(k.notes, "wrong."+root.Driver), Did: k.r.line(k.notes, "did."+root.Driver),
			Said: k.r.line(k.notes, "said"), Author: w.ID, Consent: k.d.chance(0.7),
		}
	}
}

// note writes an agent's note of a talk; {did} in it is what was done about
// the root cause.
func (k *caller) note(d callback.Disposition, driver string) string {
	e, ok := k.r.entry(k.notes, "note."+string(d))
	if !ok {
		return ""
	}
	text := strings.ReplaceAll(e.text, "{did}", k.r.line(k.notes, "did."+driver))
	return k.r.fill(k.notes, text)
}

func (k *caller) promises(w worker, m mind, start time.Time) []callback.NewPromise {
	n := 1
	if k.d.chance(0.13) && m.when.IsZero() {
		n = 2
	}
	var out []callback.NewPromise
	for range n {
		due := m.when
		if due.IsZero() {
			due = k.dueAfter(start, k.d.span(20*time.Hour, 6*24*time.Hour))
		}
		out = append(out, callback.NewPromise{
			ID: k.d.uuid(start), Text: k.r.line(k.notes, "promise."+m.root.Driver), Owner: w.ID, Due: due,
		})
	}
	return out
}

// dueAfter gives a time when the team works, on the quarter of an hour.
func (k *caller) dueAfter(t time.Time, wait time.Duration) time.Time {
	return quarter(k.k.open(t.Add(wait)))
}

// after weighs what a second score is, by how the talk ended: detractor,
// passive, promoter. The mix is what makes a quarter promoters and a third
// passives of the detractors who were called; see the package comment.
var after = map[callback.Disposition][3]float64{
	callback.TalkedResolved:  {0.245, 0.395, 0.36},
	callback.TalkedPromise:   {0.30, 0.385, 0.315},
	callback.TalkedListened:  {0.50, 0.35, 0.15},
	callback.TalkedEscalated: {0.66, 0.25, 0.09},
	callback.TalkedLost:      {0.95, 0.05, 0},
	callback.Thanked:         {0.01, 0.24, 0.75},
}

// rescore asks for the score again in the policy's words. Not everybody is
// asked, and not everybody answers.
func (k *caller) rescore(c callback.Case, d callback.Disposition, w worker, lang string) *callback.Answer {
	a := &callback.Answer{Wording: k.k.p.Wording(lang).ID}
	asked := 0.95
	if d == callback.TalkedPromise {
		asked = 0.88
	}
	switch {
	case !k.d.chance(asked):
		a.Answer = callback.NotAsked
	case k.d.chance(0.035):
		a.Answer = callback.Declined
	default:
		v := k.newScore(c, d, w.win)
		a.Answer, a.Value = callback.Answered, &v
	}
	return a
}

// newScore rolls a second score. Agents differ, and the nearly passive are won
// back more easily than the furious.
func (k *caller) newScore(c callback.Case, d callback.Disposition, win float64) int {
	p := after[d]
	before := 6
	mood := 1.0
	switch s := c.Opening().Score; {
	case s == nil:
		mood = 1.3
	case *s >= 7:
		mood = 2.6
	case *s >= 5:
		mood, before = 1.12, *s
	case *s <= 3:
		mood, before = 0.78, *s
	default:
		before = *s
	}
	owed := k.debts(c)
	switch k.even(owed, p[0], p[1]*mood*win, p[2]*mood*win) {
	case 2:
		return 9 + k.d.weighted(6, 4)
	case 1:
		return 7 + k.d.weighted(45, 55)
	}
	return min(6, before+k.d.weighted(5, 3, 2))
}

// debts are the scores owed to detractors, or to those who asked for a call.
func (k *caller) debts(c callback.Case) *[3]float64 {
	if c.Opening().Category() == callback.Detractor {
		return &k.owed[0]
	}
	return &k.owed[1]
}

// even chooses like weighted, but leans to what came too seldom so far, so
// that a whole year's shares lie near their weights whatever the seed.
func (k *caller) even(owed *[3]float64, w ...float64) int {
	total := 0.0
	for _, x := range w {
		total += x
	}
	leaning := make([]float64, len(w))
	for i, x := range w {
		owed[i] += x / total
		leaning[i] = x * math.Exp(0.8*owed[i])
	}
	i := k.d.weighted(leaning...)
	owed[i]--
	return i
}
