package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"ringback/callback"
)

// tryJSON is what `ringback policy try --json` prints.
type tryJSON struct {
	Cases       int             `json:"cases"`
	ReadyBefore int             `json:"ready_before"`
	ReadyAfter  int             `json:"ready_after"`
	Unopened    int             `json:"unopened"`
	Moves       []callback.Move `json:"moves"`
	// Unmet are languages and skills that nobody on the team has.
	Unmet []callback.Unmet `json:"unmet"`
}

func (a *app) policyTryCommand() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "try FILE",
		Short: "Show what would move in the queue if a policy were in force",
		Long: `Show what would move in the queue if a policy were in force. The open cases of
this desk's cache are placed anew, under the policy that it knows and under
FILE; nothing is changed. Open cases keep the deadlines they were given.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			next, err := a.readPolicy(args[0])
			if err != nil {
				return err
			}
			return a.withDesk(cmd.Context(), func(d *desk) error {
				now, err := d.store.Policy()
				if err != nil {
					return err
				}
				team, err := d.store.Roster()
				if err != nil {
					return err
				}
				trial := now.Trial(next, team.Seat(d.Me.ID), a.now().UTC())
				if err := d.store.EachOpen(cmd.Context(), trial.Add); err != nil {
					return err
				}
				return a.sayTrial(trial, limit)
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 20, "show at most so many cases (0: all)")
	return cmd
}

func (a *app) sayTrial(t *callback.Trial, limit int) error {
	moves := t.Moves()
	before, after := t.Ready()
	if a.flags.asJSON {
		return a.printJSON(tryJSON{t.Cases(), before, after, t.Unopened(), moves, t.Unmet()})
	}
	if t.Cases() == 0 {
		a.sayf("No open cases. Fetch them with: ringback sync")
		return nil
	}
	if len(moves) > 0 {
		if err := a.sayMoves(moves, limit); err != nil {
			return err
		}
	}
	a.sayf("%d of %s would move; %d can be called now, %d could be.", len(moves), count(t.Cases(), "open case"), before, after)
	if n := t.Unopened(); n > 0 {
		a.sayf("Answers like those of %d of them would open no case any more; what is open stays open.", n)
	}
	for _, u := range t.Unmet() {
		a.sayf("%s", u.Words())
	}
	return nil
}

func (a *app) sayMoves(moves []callback.Move, limit int) error {
	shown := moves
	if limit > 0 {
		shown = moves[:min(limit, len(moves))]
	}
	w := a.table("PLACE", "CASE", "CUSTOMER", "TIER", "NOW")
	for _, m := range shown {
		row(w, fmt.Sprintf("%d → %d", m.From, m.To), callback.Line(shortID(m.ID)), callback.Line(m.Customer),
			turn(m.Before.Tier.Words(), m.After.Tier.Words()), turn(waitText(m.Before), waitText(m.After)))
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	if more := len(moves) - len(shown); more > 0 {
		a.sayf("… and %d more; --limit 0 shows all", more)
	}
	return nil
}

// turn says what becomes of something.
func turn(before, after string) string {
	if before == after {
		return before
	}
	return before + " → " + after
}
