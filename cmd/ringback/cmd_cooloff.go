package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/export"
)

// coolOffJSON is what `ringback cool-off --json` prints.
type coolOffJSON struct {
	Customers []callback.InPeace `json:"customers"`
}

func (a *app) coolOffCommand() *cobra.Command {
	var team, file string
	cmd := &cobra.Command{
		Use:   "cool-off",
		Short: "List who is left in peace now: no survey, no new case (supervisors)",
		Long: `List the customers who are left in peace now, as the team's policy says under
cool_off: to whom no survey should be sent, whose next answer opens no case, why
and until when, and how many of their answers were kept without a case.

--csv writes those who should get no survey, for the tool that sends surveys.
The server keeps a record of who asked.`,
		Example: `ringback cool-off
ringback cool-off --csv no-survey.csv`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			list, err := inPeace(cmd.Context(), c, team)
			switch {
			case err != nil:
				return err
			case file != "":
				return a.writePeace(file, list)
			case a.flags.asJSON:
				return a.printJSON(coolOffJSON{list})
			}
			return a.sayPeace(list)
		},
	}
	cmd.Flags().StringVar(&team, "team", "", "another team (administrators)")
	cmd.Flags().StringVar(&file, "csv", "", "write who should get no survey to this file; - for standard output")
	return cmd
}

// inPeace fetches the whole list.
func inPeace(ctx context.Context, c *remoteClient, team string) ([]callback.InPeace, error) {
	list := []callback.InPeace{}
	for after := ""; ; {
		page, err := c.InPeace(ctx, team, after)
		if err != nil {
			return nil, err
		}
		list = append(list, page.Customers...)
		if after = page.Next; after == "" {
			return list, nil
		}
	}
}

func (a *app) sayPeace(list []callback.InPeace) error {
	if len(list) == 0 {
		a.sayf("Nobody is left in peace now.")
		return nil
	}
	w := a.table("CUSTOMER", "REF", "NO SURVEY UNTIL", "NO NEW CASE UNTIL", "WHY", "CASE", "KEPT")
	for _, p := range list {
		why, survey, calls := p.Case, "–", "–"
		if p.Case != nil {
			calls = dayOf(p.Case.Until)
		}
		if p.Survey != nil {
			survey = "its end"
			if !p.Survey.Until.IsZero() {
				survey = dayOf(p.Survey.Until)
			}
			if why == nil {
				why = p.Survey
			}
		}
		row(w, callback.Line(p.Name), callback.Line(p.Ref), survey, calls, peaceWords(*why), shortID(why.CaseID), len(p.Kept))
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	a.sayf("%s left in peace. KEPT counts their answers that opened no case; ringback show CASE tells them.", count(len(list), "customer"))
	return nil
}

func peaceWords(k callback.Cooling) string {
	return k.Cause.Words() + ", " + k.Since.In(time.Local).Format(time.DateOnly)
}

// writePeace writes the file for survey tools. It names customers, so that
// nobody else may read it.
func (a *app) writePeace(name string, list []callback.InPeace) error {
	if name == "-" {
		return export.Peace(a.out, list)
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return callback.Errorf(callback.CodeInvalid, "%s cannot be written: %w", callback.Line(name), err).WithHint("name another file with --csv")
	}
	err = export.Peace(f, list)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", callback.Line(name), err)
	}
	return nil
}
