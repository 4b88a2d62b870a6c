package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/intake"
)

func (a *app) suppressImportCommand() *cobra.Command {
	var f suppressFlags
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Put the numbers of a CSV or TSV file on the list",
		Long: `Put the numbers of a CSV or TSV file on the list. Encoding, delimiter and the
column of the numbers are found by looking. A list of numbers needs no header:
its columns are then called "column 1", "column 2", … Importing a file again
changes nothing. FILE may be - for standard input.`,
		Example: `ringback suppress import register.csv --region GB
ringback suppress import stop.csv --column Telephone --reason-column Why`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.suppressFile(cmd, args[0], f)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.column, "column", "", "column of the numbers (default: found)")
	fl.StringVar(&f.reasonColumn, "reason-column", "", "column of the reasons (default: the one named reason)")
	fl.StringVar(&f.reason, "reason", "", "why, for rows that give no reason")
	fl.StringVar(&f.region, "region", "", "region of national numbers: US, DE, RU, …")
	return cmd
}

// suppressFlags are what a person says of a list of numbers.
type suppressFlags struct{ column, reasonColumn, reason, region string }

func (a *app) suppressFile(cmd *cobra.Command, path string, f suppressFlags) (err error) {
	region, err := a.region(f.region)
	if err != nil {
		return err
	}
	file, err := a.openFile(path, intake.Options{Now: a.now(), Numbers: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	number, reason, err := suppressColumns(file, f)
	if err != nil {
		return err
	}
	_, c, err := a.remote(cmd)
	if err != nil {
		return err
	}
	run := suppressRun{client: c, region: region}
	rows, err := file.Rows(&intake.Mapping{Choices: []intake.Choice{{Field: intake.Phone, Columns: []int{number}}}})
	if err != nil {
		return err
	}
	line := 0
	for range rows.All() {
		line++
		cells := rows.Cells()
		row := callback.NewSuppression{Number: cell(cells, number), Reason: cell(cells, reason)}
		if row.Reason == "" {
			row.Reason = f.reason
		}
		if err := run.add(cmd.Context(), line, row); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if err := run.flush(cmd.Context()); err != nil {
		return err
	}
	return a.saySuppressRun(run)
}

func cell(cells []string, i int) string {
	if i < 0 || i >= len(cells) {
		return ""
	}
	return strings.TrimSpace(cells[i])
}

// suppressColumns finds the columns of the numbers and of the reasons; the
// latter is -1 if there is none.
func suppressColumns(file *intake.File, f suppressFlags) (number, reason int, err error) {
	number, reason = columnNamed(file, f.column), columnNamed(file, f.reasonColumn)
	for _, named := range []struct {
		flag string
		at   int
	}{{f.column, number}, {f.reasonColumn, reason}} {
		if named.flag != "" && named.at < 0 {
			return 0, 0, callback.Errorf(callback.CodeInvalid, "%q has no column %q", file.Source, callback.Line(named.flag))
		}
	}
	if reason < 0 {
		reason = columnNamed(file, "reason")
	}
	if number >= 0 {
		return number, reason, nil
	}
	m, err := intake.Guess(file, intake.Overrides{})
	if err != nil {
		return 0, 0, err
	}
	if found := m.Of(intake.Phone); len(found) > 0 {
		return found[0], reason, nil
	}
	if number = columnNamed(file, "number"); number >= 0 {
		return number, reason, nil
	}
	if file.HeaderRows == 0 {
		return onlyNumbers(file, reason)
	}
	return 0, 0, callback.Errorf(callback.CodeInvalid, "%q has no column that looks like phone numbers", file.Source).
		WithHint("name it with --column")
}

// onlyNumbers finds the column of the numbers by what stands in it, in a file
// whose columns have no names.
func onlyNumbers(file *intake.File, reason int) (int, int, error) {
	list := file.Numbers()
	if len(list) == 1 {
		return list[0], reason, nil
	}
	return 0, 0, callback.Errorf(callback.CodeInvalid, "%q has no header, and %s look like phone numbers", file.Source, count(len(list), "column")).
		WithHint(`name one by where it stands, such as --column "column 1"`)
}

func columnNamed(file *intake.File, name string) int {
	for i, c := range file.Columns {
		if name != "" && strings.EqualFold(strings.TrimSpace(c.Name), name) {
			return i
		}
	}
	return -1
}

// suppressRun sends a list in batches and gathers what became of it.
type suppressRun struct {
	client *remoteClient
	region string
	batch  []callback.NewSuppression
	lines  []int
	report suppressJSON
}

// suppressJSON is what `ringback suppress import --json` prints.
type suppressJSON struct {
	Rows     int          `json:"rows"`
	Added    int          `json:"added"`
	Known    int          `json:"known"`
	Rejected int          `json:"rejected"`
	Ended    int          `json:"ended"`
	Rejects  []rejectJSON `json:"rejects"`
}

func (r *suppressRun) add(ctx context.Context, line int, row callback.NewSuppression) error {
	r.report.Rows++
	r.batch, r.lines = append(r.batch, row), append(r.lines, line)
	if len(r.batch) < callback.MaxSuppressionRows {
		return nil
	}
	return r.flush(ctx)
}

func (r *suppressRun) flush(ctx context.Context) error {
	if len(r.batch) == 0 {
		return nil
	}
	got, err := r.client.Suppress(ctx, callback.SuppressionBatch{Region: r.region, Way: callback.WayImport, Rows: r.batch})
	if err != nil {
		return err
	}
	r.report.Added += got.Added
	r.report.Known += got.Known
	r.report.Rejected += got.Rejected
	r.report.Ended += got.Ended
	for i, res := range got.Results {
		if res.Status == callback.SuppressionRejected {
			r.report.Rejects = append(r.report.Rejects, rejectJSON{Row: r.lines[i], Reason: callback.Line(res.Reason).String()})
		}
	}
	r.batch, r.lines = r.batch[:0], r.lines[:0]
	return nil
}

func (a *app) saySuppressRun(r suppressRun) error {
	r.report.Rejects = orEmpty(r.report.Rejects)
	if a.flags.asJSON {
		return a.printJSON(r.report)
	}
	s := r.report
	a.sayf("%d rows = %d added + %d on the list before + %d rejected; %d open cases ended.", s.Rows, s.Added, s.Known, s.Rejected, s.Ended)
	a.sayRows("rejected", s.Rejects)
	return nil
}
