package main

import (
	"time"

	"ringback/callback"
)

// cooledJSON is an accepted row that opened no case, and why.
type cooledJSON struct {
	Row int `json:"row"`
	callback.Cooling
}

// sayCooled tells of the rows that opened no case for the sake of their
// customers' peace.
func (a *app) sayCooled(rows []cooledJSON) {
	if len(rows) == 0 {
		return
	}
	a.sayf("Of the accepted %d opened no case: their customers are left in peace after a call. They are kept with that call's case.", len(rows))
	for _, r := range rows[:min(len(rows), shownRejects)] {
		a.sayf("  row %d cooled off: %s on %s, until %s (case %s)", r.Row, r.Cause.Words(), dayOf(r.Since), dayOf(r.Until), shortID(r.CaseID))
	}
	if more := len(rows) - shownRejects; more > 0 {
		a.sayf("  … and %d more", more)
	}
}

// dayOf is a day here.
func dayOf(t time.Time) string { return t.In(time.Local).Format(time.DateOnly) }

// sayCooledOff prints what opened no case of its own, and where a case goes on.
func (a *app) sayCooledOff(c callback.Case) {
	for _, k := range c.Cooled {
		for _, r := range c.Responses {
			if r.ID == k.ResponseID {
				a.sayf("%s  answered again, score %s: no new case until %s, %s on %s", dayOf(r.AnsweredAt), scoreText(r.Score), dayOf(k.Until), k.Cause.Words(), dayOf(k.Since))
			}
		}
	}
	if c.JoinedTo != "" {
		a.sayf("The customer is the one of case %s; it goes on there.", callback.Line(c.JoinedTo))
	}
	if c.Barred != nil {
		a.sayf("It was not opened again: the customer's case %s was open.", callback.Line(c.Barred.CaseID))
	}
}
