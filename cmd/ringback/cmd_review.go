package main

import (
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
)

func (a *app) reviewCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "review",
		Short: "Look at cases that nobody is served: skipped too often, or a number that is abusive or shared",
		Long: `Look at cases that nobody is served until a supervisor has looked: those that
were skipped too often (retry.skips_to_review), those of a number that somebody
reported as abusive, and those of a number that stands on the open cases of too
many people (floor.shared_number).

To clear a case of such a number sets the number free, with all its cases; to
close one leaves the others waiting. CASE is an id, or the beginning or end of
one.`,
	}
	cmd.AddCommand(a.reviewListCommand(), a.reviewClearCommand(), a.reviewCloseCommand())
	return cmd
}

// reviewJSON is a row of `ringback review list --json`.
type reviewJSON struct {
	CaseID   string             `json:"case_id"`
	Customer string             `json:"customer"`
	Phone    string             `json:"phone"`
	Cause    callback.HoldCause `json:"cause"`
	Reason   string             `json:"reason"`
	By       string             `json:"by,omitempty"`
	At       time.Time          `json:"at"`
}

func (a *app) reviewListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the cases to be looked at, those that wait longest first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.readDesk(cmd.Context(), func(d *desk) error { return a.listReviews(cmd, d) })
		},
	}
}

func (a *app) listReviews(cmd *cobra.Command, d *desk) error {
	f, names, err := a.floor(cmd, d)
	if err != nil {
		return err
	}
	list := []reviewJSON{}
	for _, c := range f.Review {
		h := c.Hold
		list = append(list, reviewJSON{c.ID, c.Customer, c.Phone, h.Cause, h.Reason, h.By, h.At})
	}
	if a.flags.asJSON {
		return a.printKnown(d, map[string]any{"reviews": list})
	}
	if len(list) == 0 {
		a.sayNone(d, "No case waits to be looked at.")
		return nil
	}
	w := a.table("CASE", "SINCE", "WHY", "BY", "CUSTOMER", "PHONE", "REASON")
	for _, r := range list {
		row(w, shortID(r.CaseID), since(r.At, a.now()), r.Cause.Words(), named(names, r.By), callback.Line(r.Customer), callback.Line(r.Phone), callback.Line(r.Reason))
	}
	return w.Flush()
}

// inReview tells whether a case waits to be looked at.
func inReview(c callback.Case) error {
	if c.State == callback.Review {
		return nil
	}
	return callback.Errorf(callback.CodeConflict, "case %s is %s; nobody has to look at it", c.ID, c.State).
		WithHint("see: ringback review list")
}

func (a *app) reviewClearCommand() *cobra.Command {
	var r callback.ReviewSettled
	cmd := &cobra.Command{
		Use:   "clear CASE",
		Short: "Take a case back to the queue, or give it to somebody (supervisors)",
		Example: `ringback review clear 9c41d2aa
ringback review clear 9c41d2aa --to boris --words "speaks Portuguese"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.knownAgent(cmd, r.To); err != nil {
				return err
			}
			return a.state(cmd, args[0], statement{want: inReview, fact: &r, said: "back to the queue"})
		},
	}
	cmd.Flags().StringVar(&r.To, "to", "", "the agent who gets it (default: anyone)")
	cmd.Flags().StringVar(&r.Words, "words", "", "a note on the case")
	return cmd
}

func (a *app) reviewCloseCommand() *cobra.Command {
	var words, resolution string
	cmd := &cobra.Command{
		Use:     "close CASE --resolution CODE",
		Short:   "Close a case without a call (supervisors)",
		Example: `ringback review close 9c41d2aa --resolution DUPLICATE --words "see 7f3a0c11"`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			how, err := resolutionOf(resolution)
			if err != nil {
				return err
			}
			return a.state(cmd, args[0], statement{want: inReview, fact: &callback.ReviewSettled{Resolution: how, Words: words}, said: "closed"})
		},
	}
	cmd.Flags().StringVar(&words, "words", "", "a note on the case")
	cmd.Flags().StringVar(&resolution, "resolution", "", "how the case ended: "+resolutionWords())
	_ = cmd.MarkFlagRequired("resolution") // the flag is there
	return cmd
}
