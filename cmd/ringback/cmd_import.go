package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/intake"
)

// importFlags are what a person says of a file.
type importFlags struct {
	mapping                 []string
	dateOrder, region, zone string
	source, team, rejects   string
	encoding, delimiter     string
	headerRows              int
	dryRun, yes             bool
}

func (a *app) importCommand() *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Bring survey responses from a CSV or TSV file to the server",
		Long: `Bring survey responses from a CSV or TSV file to the server, which opens the
cases that the team's policy asks for. Encoding, delimiter, header and columns
are found by looking; what was found is shown before anything is written.

Scores must be whole numbers 0–10: nothing is guessed, clamped or dropped. Every
row is accepted, a duplicate, or rejected with the reason. Importing a file
again changes nothing. FILE may be - for standard input.`,
		Example: `ringback import responses.csv --dry-run
ringback import responses.csv --region US --zone America/New_York
ringback import export.tsv --map "score=Q1,comment=Why?,asked=Call me" --rejects rejects.csv`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.importFile(cmd.Context(), args[0], f)
		},
	}
	fl := cmd.Flags()
	fl.StringArrayVar(&f.mapping, "map", nil, "which column is what: score=…,comment=…,id=…,name=…,phone=…,phone2=…,answered_at=…,asked=…; - for none; may be repeated")
	fl.StringVar(&f.dateOrder, "date-order", "", "order of numeric dates: dmy, mdy or ymd")
	fl.StringVar(&f.region, "region", "", "region of national phone numbers: US, DE, RU, …")
	fl.StringVar(&f.zone, "zone", "", "time zone of times without one, and of customers: Europe/Madrid, …")
	fl.StringVar(&f.source, "source", "", "name of the survey (default: the file's name)")
	fl.StringVar(&f.team, "team", "", "team that gets the cases (default: yours)")
	fl.StringVar(&f.rejects, "rejects", "", "write rejected rows to this file, with the reasons")
	fl.StringVar(&f.encoding, "encoding", "", "encoding, such as windows-1251 (default: found)")
	fl.StringVar(&f.delimiter, "delimiter", "", "delimiter, a character or tab (default: found)")
	fl.IntVar(&f.headerRows, "header-rows", 0, "rows that name the columns, 1–3 (default: found)")
	fl.BoolVar(&f.dryRun, "dry-run", false, "judge every row and write nothing")
	fl.BoolVarP(&f.yes, "yes", "y", false, "do not ask before writing")
	return cmd
}

func (a *app) importFile(ctx context.Context, path string, f importFlags) (err error) {
	opts, err := a.readOptions(&f)
	if err != nil {
		return err
	}
	file, err := a.openFile(path, opts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	overrides, err := intake.ParseMap(strings.Join(f.mapping, ","))
	if err != nil {
		return err
	}
	m, err := intake.Guess(file, overrides)
	if err != nil {
		return err
	}
	if !a.flags.asJSON {
		a.showMapping(file, m)
	}
	if err := m.Ready(); err != nil {
		return err
	}
	s, err := a.session(ctx)
	if err != nil {
		return err
	}
	if !f.dryRun && !f.yes && a.interactive() {
		if sure, err := a.confirm(fmt.Sprintf("Send %s to %s?", count(file.Total, "row"), s.URL), true); err != nil {
			return err
		} else if !sure {
			a.notef("Nothing was written.")
			return nil
		}
	}
	c, err := a.newClient(s.URL, s.token, s.PlainHTTP || a.settings.PlainHTTP)
	if err != nil {
		return err
	}
	run := &importRun{app: a, flags: f, file: file, client: c}
	return run.do(ctx, m)
}

func (a *app) openFile(path string, opts intake.Options) (*intake.File, error) {
	if path == "-" {
		return intake.Read(a.in, "standard input", opts)
	}
	return intake.Open(path, opts)
}

// knownRegion refuses a country by which no number can be read.
func knownRegion(region string) error {
	if region == "" || callback.KnownRegion(region) {
		return nil
	}
	return callback.Errorf(callback.CodeInvalid, "--region: there is no country %q", callback.Line(region).String()).
		WithHint("name it by its two letters, such as US, DE or RU")
}

// readOptions checks the flags that say how to read the file.
func (a *app) readOptions(f *importFlags) (intake.Options, error) {
	if f.region == "" {
		f.region = a.settings.Region
	}
	f.region = strings.ToUpper(f.region)
	if err := knownRegion(f.region); err != nil {
		return intake.Options{}, err
	}
	if f.zone == "" {
		f.zone = a.settings.Zone
	}
	order, err := intake.ParseDateOrder(f.dateOrder)
	if err != nil {
		return intake.Options{}, err
	}
	o := intake.Options{Source: f.source, Encoding: f.encoding, HeaderRows: f.headerRows, DateOrder: order, Now: a.now(), Zone: time.UTC}
	if f.zone != "" {
		if o.Zone, err = callback.Zone(f.zone); err != nil {
			return o, callback.Errorf(callback.CodeInvalid, "--zone: %w", err).WithHint("use a name such as Europe/Madrid")
		}
	}
	switch d := []rune(f.delimiter); {
	case f.delimiter == "tab" || f.delimiter == `\t`:
		o.Delimiter = '\t'
	case len(d) == 1:
		o.Delimiter = d[0]
	case len(d) > 1:
		return o, callback.Errorf(callback.CodeInvalid, "--delimiter is %q", callback.Line(f.delimiter)).WithHint("it is one of , ; | or tab")
	}
	return o, nil
}

// showMapping says what was found in the file, before anything is written.
func (a *app) showMapping(file *intake.File, m *intake.Mapping) {
	delimiter := string(file.Delimiter)
	if file.Delimiter == '\t' {
		delimiter = "tab"
	}
	a.notef("%s, %s, %s, delimiter %s, %s", count(file.Total, "row"), count(len(file.Columns), "column"), file.Encoding, delimiter, count(file.HeaderRows, "header row"))
	for _, c := range m.Choices {
		var names []string
		for _, i := range c.Columns {
			names = append(names, callback.Line(file.Columns[i].Name).String())
		}
		if len(names) == 0 {
			names = []string{"none"}
		}
		a.notef("  %-12s ← %s  (%s: %s)", c.Field, strings.Join(names, " + "), c.Sureness, callback.Line(c.Why))
		if p := preview(file, c.Columns); p != "" {
			a.notef("                 %s", p)
		}
	}
	for _, i := range m.Unused {
		a.notef("  not used     – %s", callback.Line(file.Columns[i].Name))
	}
	for _, n := range m.Notes {
		a.notef("  note: %s", callback.Line(n))
	}
}

// preview shows the first values of a field's column.
func preview(file *intake.File, columns []int) string {
	var seen []string
	for _, row := range file.Sample {
		for _, i := range columns {
			if i < len(row) && strings.TrimSpace(row[i]) != "" && len(seen) < 3 {
				v := []rune(callback.Line(row[i]).String())
				if len(v) > 24 {
					v = append(v[:23], '…')
				}
				seen = append(seen, string(v))
			}
		}
	}
	if len(seen) == 0 {
		return ""
	}
	return strings.Join(seen, " | ")
}

// rejectJSON is one refused row.
type rejectJSON struct {
	Row    int    `json:"row"`
	Column string `json:"column"`
	Reason string `json:"reason"`
}

// importJSON is what `ringback import --json` prints.
type importJSON struct {
	Rows        int `json:"rows"`
	Accepted    int `json:"accepted"`
	Duplicates  int `json:"duplicates"`
	Rejected    int `json:"rejected"`
	CasesOpened int `json:"cases_opened"`
	// CooledOff are the accepted rows that opened no case, since their customers
	// are left in peace.
	CooledOff []cooledJSON `json:"cooled_off,omitempty"`
	// Updated counts the duplicates that brought words to a response without.
	Updated  int          `json:"updated,omitempty"`
	Rejects  []rejectJSON `json:"rejects"`
	Warnings []rejectJSON `json:"warnings,omitempty"`
	DryRun   bool         `json:"dry_run,omitempty"`
}

func createRejects(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, callback.Errorf(callback.CodeInvalid, "the rejects cannot be written to %s: %w", path, err).WithHint("name another file with --rejects")
	}
	return f, nil
}
