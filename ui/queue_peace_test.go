package ui

import (
	"testing"
	"time"

	"ringback/callback"
)

// An answer that opened no case is told with the case that it was kept with,
// and so is why a case was not opened again.
func TestQueueTellsWhatOpenedNoCase(t *testing.T) {
	four := 4
	x := newHand(t, 200, 50, func(f *fake, _ *Options) {
		c := f.open("case-000001", people[0])
		at := f.now().Add(-30 * time.Hour)
		c.Responses = append([]callback.Response{{ID: "again", Score: &four, AnsweredAt: at}}, c.Responses...)
		c.Cooled = []callback.CooledOff{{ResponseID: "again", Cooling: callback.Cooling{
			CaseID: c.ID, Cause: callback.CoolsTalk, Since: at.Add(-time.Hour), Until: at.AddDate(0, 0, 14),
		}}}
		c.JoinedTo = "case-000002"
		f.cases[c.ID] = c
		f.moved()
	})
	x.sees("15 Nov answered again, score 4: no new case", "until 29 Nov, talked to", "it goes on there")
}
