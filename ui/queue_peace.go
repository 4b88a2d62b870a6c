package ui

import "ringback/callback"

// peaceMoments draws the answers that opened no case, since their customer was
// left in peace after this one, and why it was not opened again.
func (d *queueSide) peaceMoments(q *queue, w int) []moment {
	s, c := q.e.styles, d.view.Case
	var out []moment
	for _, k := range c.Cooled {
		for _, r := range c.Responses {
			if r.ID != k.ResponseID {
				continue
			}
			words := say("%s answered again, score %s: no new case until %s, %s", day(r.AnsweredAt, q.e.zone), scoreText(r.Score), day(k.Until, q.e.zone), k.Cause.Words())
			out = append(out, moment{r.AnsweredAt, paint(s.text, wrapMax(words, w, 3))})
		}
	}
	return out
}

// elsewhere says in which case of the customer's this one goes on.
func elsewhere(c callback.Case) callback.Text {
	switch {
	case c.JoinedTo != "":
		return say("The customer is the one of case %s; it goes on there.", c.JoinedTo)
	case c.Barred != nil && !c.State.Open():
		return say("Not opened again: the customer's case %s was open.", c.Barred.CaseID)
	}
	return callback.Text{}
}
