package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"ringback/callback"
)

// eraseFlags say whom to erase and why.
type eraseFlags struct {
	ask callback.EraseRequest
	yes bool
}

func (a *app) eraseCommand() *cobra.Command {
	var f eraseFlags
	cmd := &cobra.Command{
		Use:   "erase CASE|CUSTOMER",
		Short: "Erase a person's data, everywhere and for good (administrators)",
		Long: `Erase a person's data in every team: names, numbers, answers, notes and whatever
else was said go from the server and, with their next sync, from every desk; open
cases end. Figures stay. It cannot be undone, and a backup of before has it
repeated when it is restored.

The person is named by one of their cases, or by the customer's id that
"ringback show CASE --json" prints. It is shown what is reached, and asked first.
"ringback erase status" tells which desks have not confirmed yet.`,
		Example: `  ringback erase 7f3a0c11 --reason "asked by letter of 3 May" --dry-run
  ringback erase 7f3a0c11 --reason "asked by letter of 3 May"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.whom(cmd, args[0], &f.ask); err != nil {
				return err
			}
			return a.erase(cmd, f)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.ask.Reason, "reason", "", "why, without the person's name: it stays on record")
	fl.StringVar(&f.ask.Team, "team", "", "the team of the case or customer (default: yours)")
	fl.BoolVar(&f.ask.DryRun, "dry-run", false, "only count what would be erased")
	fl.BoolVar(&f.yes, "yes", false, "do not ask")
	_ = cmd.MarkFlagRequired("reason") // the flag is there
	cmd.AddCommand(a.eraseStatusCommand())
	return cmd
}

// customerMark begins the ids that the server gives to customers.
const customerMark = "p"

// customerLength is how long those ids are.
const customerLength = 17

func (a *app) whom(cmd *cobra.Command, id string, ask *callback.EraseRequest) error {
	if strings.HasPrefix(id, customerMark) && len(id) == customerLength {
		ask.CustomerID = id
		return nil
	}
	ask.CaseID = id
	return a.wholeCase(cmd, &ask.CaseID)
}

func (a *app) erase(cmd *cobra.Command, f eraseFlags) error {
	_, c, err := a.remote(cmd)
	if err != nil {
		return err
	}
	if !f.ask.DryRun && !f.yes {
		plan := f.ask
		plan.DryRun = true
		would, err := c.Erase(cmd.Context(), plan)
		if err != nil {
			return err
		}
		sure, err := a.confirm(fmt.Sprintf("Erase %s, %s and %s of one person, for good?",
			count(len(would.Cases), "case"), count(would.Responses, "answer"), count(would.Events, "event")), false)
		if err != nil {
			return err
		}
		if !sure {
			a.sayf("Nothing was erased.")
			return nil
		}
	}
	report, err := c.Erase(cmd.Context(), f.ask)
	if err != nil {
		return err
	}
	if a.flags.asJSON {
		return a.printJSON(report)
	}
	verb := "Erased"
	if f.ask.DryRun {
		verb = "To be erased"
	}
	a.sayf("%s: %s, %s, %s.", verb, count(len(report.Cases), "case"), count(report.Responses, "answer"), count(report.Events, "event"))
	if report.Left != "" {
		a.sayf("For the operator: %s.", callback.Line(report.Left))
	}
	if !f.ask.DryRun {
		a.sayf("Desks follow with their next sync: ringback erase status")
	}
	return nil
}

func (a *app) eraseStatusCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Tell which desks may still hold what was erased",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			status, err := c.Erasures(cmd.Context())
			if err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(status)
			}
			for _, e := range status.Erasures {
				a.sayf("%s  %s by %s: %s", a.stamp(e.At), count(e.Cases, "case"), callback.Line(e.By), callback.Line(e.Reason))
			}
			if len(status.Desks) == 0 {
				a.sayf("No desk holds anything that was erased.")
				return nil
			}
			w := a.table("DESK", "WHOSE", "TEAM", "LAST SEEN", "CASES", "")
			for _, d := range status.Desks {
				note := ""
				if d.Revoked {
					note = "signed out"
				}
				row(w, callback.Line(d.Name+" "+shortID(d.Device).String()), callback.Line(d.UserName), callback.Line(d.Team), a.stamp(d.SeenAt), d.Waiting, note)
			}
			return w.Flush()
		},
	}
}
