package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/cmd/usage"
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
	// WouldOpen are answers that opened no case for their customers' peace,
	// WouldCool those that opened one, where it would be otherwise.
	WouldOpen []callback.AnswerTurned `json:"would_open"`
	WouldCool []callback.AnswerTurned `json:"would_cool"`
}

func (a *app) policyTryCommand() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "try FILE",
		Short: "Show what would move in the queue if a policy were in force",
		Long: `Show what would move in the queue if a policy were in force. The open cases of
this desk's cache are placed anew, under the policy that it knows and under
FILE; nothing is changed. Open cases keep the deadlines they were given. Those
whose own tier, points or time would be others come first, then those that only
move up or down because of them. Where the peace after a call would be another, it lists the answers kept with the
closed cases of the cache that would have opened a case, and the open cases
that would not have been opened.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			next, err := a.readPolicy(args[0])
			if err != nil {
				return err
			}
			return a.readDesk(cmd.Context(), func(d *desk) error {
				now, err := d.store.Policy()
				if err != nil {
					return err
				}
				team, err := d.store.Roster()
				if err != nil {
					return err
				}
				trial := now.Trial(next, team.Seat(d.Me.ID), a.now().UTC())
				step, done := a.steps("cases looked at:")
				err = errors.Join(
					d.store.EachOpen(cmd.Context(), func(c callback.Case) { trial.Add(c); step() }),
					d.store.EachClosed(cmd.Context(), func(c callback.Case) { trial.AddClosed(c); step() }),
				)
				done()
				if err != nil {
					return err
				}
				return a.sayTrial(d, trial, limit)
			})
		},
	}
	usage.Limit(cmd, &limit, 0, 20, "show at most so many lines of a list (0: all)")
	return cmd
}

func (a *app) sayTrial(d *desk, t *callback.Trial, limit int) error {
	moves := t.Moves()
	before, after := t.Ready()
	if a.flags.asJSON {
		return a.printKnown(d, tryJSON{t.Cases(), before, after, t.Unopened(), moves, t.Unmet(), t.WouldOpen(), t.WouldCool()})
	}
	if t.Cases() == 0 {
		a.sayNone(d, "No case of the team is open.")
		return a.sayTurned(t, limit)
	}
	if len(moves) > 0 {
		team, err := d.store.Agents()
		if err != nil {
			return err
		}
		if err := a.sayMoves(moves, colleagueNames(team), limit); err != nil {
			return err
		}
	}
	a.sayf("%d of %s would move%s; %d can be called now, %d could be.", len(moves), count(t.Cases(), "open case"), pushedText(moves), before, after)
	if n := t.Unopened(); n > 0 {
		a.sayf("Answers like those of %d of them would open no case any more; what is open stays open.", n)
	}
	for _, u := range t.Unmet() {
		a.sayf("%s", u.Words())
	}
	return a.sayTurned(t, limit)
}

// sayTurned tells what another peace after calls would have opened, and not.
func (a *app) sayTurned(t *callback.Trial, limit int) error {
	if list := t.WouldOpen(); len(list) > 0 {
		a.sayf("%s opened no case, for the customer's peace, and would have opened one; nothing is opened now:", count(len(list), "answer"))
		if err := a.sayAnswers(list, limit, "KEPT WITH", "LEFT IN PEACE SINCE"); err != nil {
			return err
		}
	}
	if list := t.WouldCool(); len(list) > 0 {
		a.sayf("%s would not have been opened, for the customer's peace; what is open stays open:", count(len(list), "open case"))
		return a.sayAnswers(list, limit, "CASE", "WOULD BE LEFT IN PEACE SINCE")
	}
	return nil
}

func (a *app) sayAnswers(list []callback.AnswerTurned, limit int, at, why string) error {
	shown := list
	if limit > 0 {
		shown = list[:min(limit, len(list))]
	}
	w := a.table("ANSWERED", "SCORE", at, "CUSTOMER", why)
	for _, k := range shown {
		row(w, dayOf(k.AnsweredAt), scoreText(k.Score), shortID(k.CaseID), callback.Line(k.Customer),
			fmt.Sprintf("%s, until %s: %s", dayOf(k.Cooling.Since), dayOf(k.Cooling.Until), k.Cooling.Cause.Words()))
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	if more := len(list) - len(shown); more > 0 {
		a.sayf("… and %d more; --limit 0 shows all", more)
	}
	return nil
}

// pushedText says how many cases move only since others do; nothing if none.
func pushedText(moves []callback.Move) string {
	itself := 0
	for _, m := range moves {
		if m.Itself {
			itself++
		}
	}
	if itself == len(moves) {
		return ""
	}
	return fmt.Sprintf(", %d of them since others do", len(moves)-itself)
}

// sayMoves lists the moves; those that make the others stand first.
func (a *app) sayMoves(moves []callback.Move, name func(string) callback.Text, limit int) error {
	slices.SortStableFunc(moves, func(x, y callback.Move) int {
		switch {
		case x.Itself == y.Itself:
			return 0
		case x.Itself:
			return -1
		}
		return 1
	})
	shown := moves
	if limit > 0 {
		shown = moves[:min(limit, len(moves))]
	}
	w := a.table("PLACE", "CASE", "CUSTOMER", "TIER", "NOW")
	for _, m := range shown {
		row(w, fmt.Sprintf("%d → %d", m.From, m.To), shortID(m.ID), callback.Line(m.Customer),
			turn(m.Before.Tier.Words(), m.After.Tier.Words()), turn(waitNamed(m.Before, name), waitNamed(m.After, name)))
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
