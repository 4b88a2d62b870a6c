package main

import (
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
			return a.readDesk(cmd.Context(), func(d *desk) error {
				v, err := d.caseOf(args[0])
				if err != nil {
					return err
				}
				if a.flags.asJSON {
					return a.printKnown(d, showReport(v))
				}
				team, err := d.store.Agents()
				if err != nil {
					return err
				}
				policy, err := d.store.Policy()
				if err != nil {
					return err
				}
				a.sayCase(v, policy, colleagueNames(team))
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
