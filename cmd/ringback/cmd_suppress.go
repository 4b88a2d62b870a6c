package main

import (
	"cmp"
	"strings"

	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/cmd/usage"
)

func (a *app) suppressCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "suppress",
		Short: "Keep the list of those who are never called (supervisors and administrators)",
		Long: `Keep the list of those who are never called. An entry takes effect at once: open
cases of the person or number end, in all teams, and later answers open none.
Nothing takes an entry off the list.

The server keeps keyed hashes instead of numbers, so the list cannot be read
back; every change is written into the audit.`,
	}
	cmd.AddCommand(a.suppressAddCommand(), a.suppressImportCommand(), a.suppressListCommand())
	return cmd
}

func (a *app) suppressAddCommand() *cobra.Command {
	var row callback.NewSuppression
	var region string
	cmd := &cobra.Command{
		Use:   "add [NUMBER]",
		Short: "Have a number, or the person of a case, never called again",
		Example: `ringback suppress add "+1 201 555 0111" --reason "asked by letter"
ringback suppress add --case 7f3a0c11 --reason "asked on social media"`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				row.Number = args[0]
			}
			if (row.Number == "") == (row.CaseID == "") {
				return callback.Errorf(callback.CodeInvalid, "suppress add takes either a number or --case")
			}
			region, err := a.region(region)
			if err != nil {
				return err
			}
			if row.CaseID != "" {
				if err := a.wholeCase(cmd, &row.CaseID); err != nil {
					return err
				}
			}
			_, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			report, err := c.Suppress(cmd.Context(), callback.SuppressionBatch{Region: region, Way: callback.WayHand, Rows: []callback.NewSuppression{row}})
			if err != nil {
				return err
			}
			return a.saySuppressed(report.Results[0])
		},
	}
	f := cmd.Flags()
	f.StringVar(&row.CaseID, "case", "", "the case of the person, instead of a number")
	f.StringVar(&row.Reason, "reason", "", "why, for the audit and the cases that end")
	f.StringVar(&region, "region", "", "region of a national number: US, DE, RU, …")
	_ = cmd.MarkFlagRequired("reason") // the flag is there
	return cmd
}

// wholeCase lets a person name a case by the beginning or end of its id, as
// far as this desk knows it; what it does not know is left to the server.
func (a *app) wholeCase(cmd *cobra.Command, id *string) error {
	return a.withDesk(cmd.Context(), func(d *desk) error {
		v, err := d.caseOf(*id)
		if callback.CodeOf(err) == callback.CodeNotFound {
			return nil
		}
		if err == nil {
			*id = v.Case.ID
		}
		return err
	})
}

func (a *app) saySuppressed(r callback.SuppressionResult) error {
	if r.Status == callback.SuppressionRejected {
		return callback.Errorf(callback.CodeInvalid, "nothing was put on the list: %s", callback.Line(r.Reason))
	}
	if a.flags.asJSON {
		return a.printJSON(r)
	}
	if r.Status == callback.SuppressionKnown {
		a.sayf("That was on the list already.")
		return nil
	}
	a.sayf("On the list from now on; %d open cases ended.", r.Ended)
	return nil
}

func (a *app) suppressListCommand() *cobra.Command {
	var limit int
	var history bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Show the list, the latest entries first",
		Long: `Show the list as the server keeps it: a keyed hash for each number, address or
customer's number in the source. Supervisors see what came from their team,
administrators all. With --history it shows every change: who, when, by which way
(a call, a desk's request, by hand, an import, the API), and why. Where the reason
stands on the case, look there.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			if history {
				return a.saySuppressionHistory(cmd, c, limit)
			}
			list, err := c.Suppressions(cmd.Context(), limit)
			if err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(list)
			}
			w := a.table("SINCE", "WHAT", "ENTRY", "TEAM", "CASE")
			for _, e := range list.Entries {
				row(w, onClock(e.At), suppressedKind(e.Kind), callback.Line(e.Key), callback.Line(e.Team), shortID(e.CaseID))
			}
			if err := w.Flush(); err != nil {
				return err
			}
			a.sayf("%d of %d entries.", len(list.Entries), list.Total)
			return nil
		},
	}
	usage.Limit(cmd, &limit, 1, 500, "at most so many")
	cmd.Flags().BoolVar(&history, "history", false, "every change: who, when, by which way, and why")
	return cmd
}

func (a *app) saySuppressionHistory(cmd *cobra.Command, c *remoteClient, limit int) error {
	h, err := c.SuppressionHistory(cmd.Context(), limit)
	if err != nil {
		return err
	}
	if a.flags.asJSON {
		return a.printJSON(h)
	}
	w := a.table("WHEN", "WHO", "BY", "WHAT", "ENTRY", "TEAM", "CASE", "ENDED", "WHY")
	for _, x := range h.Changes {
		row(w, onClock(x.At), callback.Line(x.Who), callback.Line(string(x.Way)), suppressedKind(x.Kind), callback.Line(x.Key),
			callback.Line(x.Team), shortID(x.CaseID), x.Ended, callback.Line(x.Reason))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	a.sayf("%d of %d changes.", len(h.Changes), h.Total)
	return nil
}

func suppressedKind(kind string) string {
	switch kind {
	case "tel":
		return "number"
	case "mail":
		return "address"
	case "ref":
		return "customer"
	}
	return callback.Line(kind).String()
}

// region gives the region that reads national numbers: the flag's, else that
// of the settings.
func (a *app) region(flag string) (string, error) {
	region := strings.ToUpper(cmp.Or(flag, a.settings.Region))
	return region, knownRegion(region)
}
