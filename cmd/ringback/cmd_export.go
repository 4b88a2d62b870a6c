package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/export"
)

// exportFlags are what a person says about the file they want.
type exportFlags struct {
	export.Options
	table, team  string
	jsonl, force bool
}

func (a *app) exportCommand() *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use:   "export FILE",
		Short: "Write all cases of the team to a file (supervisors)",
		Long: `Write all cases of the team, as the server holds them, to a file: CSV with one
row for each case, call, score or promise, or JSON lines with each case whole.
FILE may be - for standard output.

In CSV, words that a spreadsheet would compute begin with a quote, and phone
numbers are digits without their plus sign. --anonymous leaves out who the
customers are and everything in anybody's own words. The server keeps a record
of who exported.`,
		Example: `ringback export cases.csv
ringback export --table attempts --anonymous attempts.csv
ringback export --jsonl - | jq -r .customer.account`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.Table = export.Table(f.table)
			if _, err := export.NewCSV(io.Discard, f.Options); err != nil {
				return callback.Errorf(callback.CodeInvalid, "%w", err)
			}
			_, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			return a.exportTo(cmd.Context(), c, f, args[0])
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.table, "table", string(export.Cases), "cases, attempts, scores, promises or numbers: what a row of the CSV is")
	flags.BoolVar(&f.jsonl, "jsonl", false, "JSON lines instead of CSV")
	flags.BoolVar(&f.Anonymous, "anonymous", false, "without names, numbers and words")
	flags.BoolVar(&f.BOM, "excel", false, "begin with the mark by which Excel knows UTF-8")
	flags.StringVar(&f.team, "team", "", "another team (administrators)")
	flags.BoolVar(&f.force, "force", false, "replace a file that is there")
	return cmd
}

// caseWriter writes cases in one of the forms.
type caseWriter interface {
	Case(c callback.Case) error
	Close() (rows int, err error)
}

// exportTo writes the file under another name first, so that one cut short never looks whole.
func (a *app) exportTo(ctx context.Context, c *remoteClient, f exportFlags, name string) error {
	if name == "-" {
		_, _, err := a.exportCases(ctx, c, f, a.out)
		return err
	}
	if _, err := os.Lstat(name); err == nil && !f.force {
		return callback.Errorf(callback.CodeConflict, "%s is there already", callback.Line(name)).WithHint("name another file, or replace it with --force")
	}
	out, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*") // mode 0600: the file names customers
	if err != nil {
		return callback.Errorf(callback.CodeInvalid, "%s cannot be written: %w", callback.Line(name), err)
	}
	defer os.Remove(out.Name()) //nolint:errcheck // after the rename there is nothing to remove
	cases, rows, err := a.exportCases(ctx, c, f, out)
	if err == nil {
		err = out.Sync()
	}
	if closing := out.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(out.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", callback.Line(name), err)
	}
	if a.flags.asJSON {
		return a.printJSON(map[string]any{"file": name, "cases": cases, "rows": rows})
	}
	a.sayf("%s holds %s of %s; only you can read it.", callback.Line(name), count(rows, "row"), count(cases, "case"))
	return nil
}

func (a *app) exportCases(ctx context.Context, c *remoteClient, f exportFlags, out io.Writer) (cases, rows int, err error) {
	var w caseWriter = export.NewLines(out, f.Options)
	if !f.jsonl {
		if w, err = export.NewCSV(out, f.Options); err != nil {
			return 0, 0, err
		}
	}
	began, told := a.now(), false
	for after := ""; ; {
		page, err := c.Export(ctx, f.team, after)
		if err != nil {
			return cases, 0, err
		}
		for _, raw := range page.Cases {
			var one callback.Case
			if err := json.Unmarshal(raw, &one); err != nil {
				return cases, 0, callback.Errorf(callback.CodeDamaged, "a case of the server cannot be read: %w", err)
			}
			if err := w.Case(one); err != nil {
				return cases, 0, err
			}
			cases++
		}
		if told = told || isTerminal(a.err) && a.now().Sub(began) > time.Second; told {
			fmt.Fprintf(a.err, "\r%d cases", cases)
		}
		if page.Next == "" {
			break
		}
		after = page.Next
	}
	if told {
		a.notef("")
	}
	rows, err = w.Close()
	return cases, rows, err
}
