package main

import (
	"cmp"
	"slices"

	"github.com/spf13/cobra"

	"ringback/callback"
)

// refusedWords say why an event was refused.
func refusedWords(why callback.Reason, detail string) callback.Text {
	if detail == "" {
		return callback.Line(why.Words())
	}
	return callback.Line(why.Words() + "; " + detail)
}

func (a *app) quarantineRetryCommand() *cobra.Command {
	var reason string
	var all bool
	cmd := &cobra.Command{
		Use:   "retry {EVENT | --all}",
		Short: "Have a refused event judged anew, as its author's",
		Long: `Have a refused event judged anew, as its author's: after what it lacked is there.
With --all it is every event that waits, in the order in which they came, as
after a restore, when the responses were imported again.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if all {
				return cobra.NoArgs(cmd, args)
			}
			return cobra.ExactArgs(1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if all {
				return a.retryAll(cmd, reason)
			}
			id, c, err := a.quarantined(cmd, args[0])
			if err != nil {
				return err
			}
			r, err := c.RetryQuarantined(cmd.Context(), id, reason)
			if err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(r)
			}
			if r.Status == callback.Rejected {
				a.sayf("It is still refused: %s.", refusedWords(r.Reason, r.Detail))
				return nil
			}
			a.sayf("It was taken: %s.", callback.Line(string(r.Status)))
			return nil
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the audit")
	cmd.Flags().BoolVar(&all, "all", false, "every event that waits, the oldest first")
	return cmd
}

// retried is what `ringback quarantine retry --all --json` prints.
type retried struct {
	Taken   int `json:"taken"`
	Refused int `json:"refused"`
}

func (a *app) retryAll(cmd *cobra.Command, reason string) error {
	_, c, err := a.remote(cmd)
	if err != nil {
		return err
	}
	const most = 500
	list, err := c.Quarantine(cmd.Context(), false, most)
	if err != nil {
		return err
	}
	// Ids begin with their time: of one push, what was recorded first is judged
	// first.
	slices.SortFunc(list, func(x, y callback.QuarantineEntry) int {
		return cmp.Or(x.ReceivedAt.Compare(y.ReceivedAt), cmp.Compare(x.EventID, y.EventID))
	})
	var done retried
	for _, e := range list {
		r, err := c.RetryQuarantined(cmd.Context(), e.EventID, reason)
		if callback.CodeOf(err) == callback.CodeNotFound {
			continue // somebody else was faster
		}
		if err != nil {
			return err
		}
		if r.Status == callback.Rejected {
			done.Refused++
			continue
		}
		done.Taken++
	}
	if a.flags.asJSON {
		return a.printJSON(done)
	}
	a.sayf("Taken: %d. Still refused: %d.", done.Taken, done.Refused)
	if len(list) == most {
		a.sayf("There may be more of them: say it again.")
	}
	return nil
}
