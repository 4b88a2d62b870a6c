package main

import (
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
)

func (a *app) escalationCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "escalation",
		Short: "Put a case before a supervisor, and answer what was put before you",
		Long: `Put a case before a supervisor, and answer what was put before you.

Agents add; supervisors and administrators take, return with words, or resolve.
The policy says how long a supervisor has (floor.escalation, 24 hours unless it
was changed), by the wall clock. CASE is an id, or the beginning or end of one.`,
	}
	cmd.AddCommand(a.escalationListCommand(), a.escalationAddCommand(), a.escalationTakeCommand(), a.escalationReturnCommand(), a.escalationResolveCommand())
	return cmd
}

// escalationJSON is a row of `ringback escalation list --json`.
type escalationJSON struct {
	CaseID   string                   `json:"case_id"`
	Customer string                   `json:"customer"`
	Phone    string                   `json:"phone"`
	Cause    callback.EscalationCause `json:"cause"`
	Reason   string                   `json:"reason"`
	By       string                   `json:"by"`
	ByName   string                   `json:"by_name"`
	At       time.Time                `json:"at"`
	Due      time.Time                `json:"due"`
	Overdue  bool                     `json:"overdue"`
	TakenBy  string                   `json:"taken_by,omitempty"`
	// Words are those with which it came back.
	Words string `json:"words,omitempty"`
}

func escalationRow(c callback.FloorCase, names map[string]string, now time.Time) escalationJSON {
	e := c.Escalation
	return escalationJSON{
		CaseID: c.ID, Customer: c.Customer, Phone: c.Phone, Cause: e.Cause, Reason: e.Reason, By: e.By, ByName: names[e.By],
		At: e.At, Due: e.Due, Overdue: e.Overdue(now), TakenBy: e.TakenBy, Words: e.Words,
	}
}

// escalationChoice is which escalations a person asked for.
type escalationChoice struct{ mine, overdue bool }

func (c escalationChoice) wants(d *desk, e callback.Escalation, now time.Time) bool {
	if c.overdue && !e.Overdue(now) {
		return false
	}
	return !c.mine || e.TakenBy == d.Me.ID || e.By == d.Me.ID
}

func (a *app) escalationListCommand() *cobra.Command {
	var c escalationChoice
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the escalated cases, the first due first, and those that came back to me",
		Example: `ringback escalation list --overdue
ringback escalation list --json | jq '.returned'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.readDesk(cmd.Context(), func(d *desk) error { return a.listEscalations(cmd, d, c) })
		},
	}
	cmd.Flags().BoolVar(&c.mine, "mine", false, "only those that I asked for or took")
	cmd.Flags().BoolVar(&c.overdue, "overdue", false, "only those whose answer is late")
	return cmd
}

func (a *app) listEscalations(cmd *cobra.Command, d *desk, c escalationChoice) error {
	f, names, err := a.floor(cmd, d)
	if err != nil {
		return err
	}
	now := a.now()
	open, back := []escalationJSON{}, []escalationJSON{}
	for _, row := range f.Escalated {
		if c.wants(d, *row.Escalation, now) {
			open = append(open, escalationRow(row, names, now))
		}
	}
	for _, row := range f.Returned {
		back = append(back, escalationRow(row, names, now))
	}
	if a.flags.asJSON {
		return a.printKnown(d, map[string]any{"escalations": open, "returned": back})
	}
	if len(open)+len(back) == 0 {
		a.sayNone(d, "No such case is with a supervisor.")
		return nil
	}
	return a.sayEscalations(open, back, names, now)
}

func (a *app) sayEscalations(open, back []escalationJSON, names map[string]string, now time.Time) error {
	if len(open) > 0 {
		w := a.table("CASE", "ANSWER DUE", "WITH", "ASKED BY", "CUSTOMER", "REASON")
		for _, e := range open {
			with, by := "nobody yet", "the server"
			if e.TakenBy != "" {
				with = named(names, e.TakenBy)
			}
			if e.By != "" {
				by = named(names, e.By)
			}
			row(w, shortID(e.CaseID), dueText(e.Due, now), with, by, callback.Line(e.Customer), callback.Line(e.Reason))
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	for _, e := range back {
		a.sayf("Back with you: %s %s: %s", shortID(e.CaseID), callback.Line(e.Customer), callback.Line(e.Words))
	}
	return nil
}

func (a *app) escalationAddCommand() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:     "add CASE --reason TEXT",
		Short:   "Put a case before a supervisor",
		Example: `ringback escalation add 9c41d2aa --reason "threatens to go to court"`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.state(cmd, args[0], statement{want: callable, fact: &callback.CaseEscalated{Reason: reason}, said: "escalated"})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the supervisor")
	_ = cmd.MarkFlagRequired("reason") // the flag is there
	return cmd
}

func callable(c callback.Case) error {
	switch {
	case !c.State.Open():
		return callback.Errorf(callback.CodeConflict, "case %s is %s", c.ID, c.State)
	case c.State == callback.Escalated:
		return callback.Errorf(callback.CodeConflict, "case %s is with a supervisor already", c.ID)
	}
	return nil
}

// withSupervisor tells whether a case can be answered.
func withSupervisor(c callback.Case) error {
	if c.State == callback.Escalated {
		return nil
	}
	return callback.Errorf(callback.CodeConflict, "case %s is %s; no supervisor is asked", c.ID, c.State).
		WithHint("see: ringback escalation list")
}

func (a *app) escalationTakeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "take CASE",
		Short: "Take an escalated case: it is yours to call from now on (supervisors)",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.state(cmd, args[0], statement{want: withSupervisor, fact: &callback.EscalationTaken{}, said: "you have taken"})
		},
	}
}

func (a *app) escalationReturnCommand() *cobra.Command {
	var back callback.EscalationReturned
	cmd := &cobra.Command{
		Use:   "return CASE --words TEXT",
		Short: "Give an escalated case back with words (supervisors)",
		Example: `ringback escalation return 9c41d2aa --words "offer the refund, it is agreed"
ringback escalation return 9c41d2aa --to boris --words "Boris knows them"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.knownAgent(cmd, back.To); err != nil {
				return err
			}
			return a.state(cmd, args[0], statement{want: withSupervisor, fact: &back, said: "returned"})
		},
	}
	cmd.Flags().StringVar(&back.Words, "words", "", "what the agent is to know or do")
	cmd.Flags().StringVar(&back.To, "to", "", "the agent (default: whoever asked)")
	_ = cmd.MarkFlagRequired("words") // the flag is there
	return cmd
}

func (a *app) escalationResolveCommand() *cobra.Command {
	var words, resolution string
	cmd := &cobra.Command{
		Use:   "resolve CASE --words TEXT",
		Short: "Close an escalated case: it is settled (supervisors)",
		Example: `ringback escalation resolve 9c41d2aa --words "refunded and told"
ringback escalation resolve 9c41d2aa --resolution LOST --words "has left for good"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			how, err := resolutionOf(resolution)
			if err != nil {
				return err
			}
			return a.state(cmd, args[0], statement{want: withSupervisor, fact: &callback.EscalationResolved{Resolution: how, Words: words}, said: "resolved"})
		},
	}
	cmd.Flags().StringVar(&words, "words", "", "how it was settled")
	cmd.Flags().StringVar(&resolution, "resolution", string(callback.EscalatedClosed), "how the case ended")
	_ = cmd.MarkFlagRequired("words") // the flag is there
	return cmd
}
