package main

import (
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
)

func (a *app) showCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show CASE",
		Short: "Show one case whole: the customer's words, attempts, scores, promises",
		Long:  `Show one case whole. CASE is its id, or the beginning or end of it (six characters or more).`,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDesk(cmd.Context(), func(d *desk) error {
				v, err := d.caseOf(args[0])
				if err != nil {
					return err
				}
				if a.flags.asJSON {
					return a.printJSON(showReport(v))
				}
				a.sayCase(v)
				return nil
			})
		},
	}
}

// caseJSON is what `ringback show --json` prints: the case, with its lists
// always present.
type caseJSON struct {
	callback.Case
	Attempts []callback.Attempt `json:"attempts"`
	Scores   []callback.Score   `json:"scores"`
	Promises []callback.Promise `json:"promises"`
	// Place is where an open case stands in the queue.
	Place   *callback.Place `json:"place,omitempty"`
	Pending int             `json:"pending"`
}

func showReport(v callback.CaseView) caseJSON {
	out := caseJSON{
		Case: v.Case, Attempts: orEmpty(v.Case.Attempts), Scores: orEmpty(v.Case.Scores), Promises: orEmpty(v.Case.Promises),
		Pending: v.Pending,
	}
	if v.Case.State.Open() {
		out.Place = &v.Place
	}
	return out
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (a *app) sayCase(v callback.CaseView) {
	c := v.Case
	a.sayf("%s  %s  %s", c.ID, c.Kind, c.State)
	a.sayf("%s  %s  %s", callback.Line(c.Customer.Name), callback.Line(c.Customer.Account), c.Customer.Phone.E164)
	for _, z := range c.Customer.Phone.Zones[:min(1, len(c.Customer.Phone.Zones))] {
		if loc, err := callback.Zone(z); err == nil {
			a.sayf("Local time %s (%s)", a.now().In(loc).Format("Mon 15:04"), callback.City(z))
		}
	}
	for _, r := range c.Responses {
		a.sayf("\n%s  score %s  %s", r.AnsweredAt.Format(time.DateOnly), scoreText(r.Score), callback.Line(r.Product))
		if r.Comment != "" {
			a.sayf("“%s”", callback.Clean(r.Comment))
		}
	}
	a.sayf("")
	if c.State.Open() {
		a.sayf("Due %s; %s", dueText(c.Plan.FirstDue, a.now()), waitText(v.Place))
	} else if c.Closing != nil {
		a.sayf("%s on %s by %s", c.Closing.Resolution, c.Closing.At.Format(time.DateTime), callback.Line(c.Closing.By))
	}
	if c.Conflict != "" {
		a.sayf("Look at this: %s", callback.Line(c.Conflict))
	}
	a.sayHistory(c)
	if v.Pending > 0 {
		a.sayf("%d of this wait to be sent.", v.Pending)
	}
}

func waitText(p callback.Place) string {
	if p.Ready {
		return "can be called now"
	}
	return callback.Line(p.Wait).String()
}

func (a *app) sayHistory(c callback.Case) {
	for _, at := range c.Attempts {
		rule, _ := at.Disposition.Rule()
		a.sayf("%s  %s  %s (%s)  %s", at.At.Format(time.DateTime), callback.Line(at.Agent), rule.Meaning, at.Disposition, callback.Line(at.Note))
		if at.Shadowed != "" {
			a.sayf("    without effect: %s", at.Shadowed.Words())
		}
	}
	for _, s := range c.Scores {
		a.sayf("%s  score %s (%s, %s, by %s)", s.At.Format(time.DateTime), scoreText(s.Value), s.Role, s.Answer, callback.Line(s.CollectedBy))
	}
	for _, p := range c.Promises {
		a.sayf("Promise (%s): %s, due %s, %s", p.Status, callback.Line(p.Text), p.Due.Format(time.DateTime), callback.Line(p.Owner))
	}
}
