package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"ringback/callback"
	"ringback/client"
	"ringback/intake"
)

// remoteClient is the way to the server that commands use.
type remoteClient = client.Client

// importRun sends one file's rows to the server in batches.
type importRun struct {
	app     *app
	flags   importFlags
	file    *intake.File
	client  *client.Client
	report  importJSON
	writer  *intake.RejectWriter
	out     *os.File
	batch   []callback.Intake
	cells   [][]string
	size    int
	started time.Time
	told    time.Time
}

// A batch is bounded by rows and by the bytes of its texts, well below what
// the server takes in one request.
const (
	batchRows  = 500
	batchBytes = 512 << 10
)

func (r *importRun) do(ctx context.Context, m *intake.Mapping) error {
	rows, err := r.file.Rows(m)
	if err != nil {
		return err
	}
	if r.flags.rejects != "" {
		if r.out, err = createRejects(r.flags.rejects); err != nil {
			return err
		}
		if r.writer, err = intake.NewRejectWriter(r.out, r.file); err != nil {
			return err
		}
	}
	r.report = importJSON{Rejects: []rejectJSON{}, DryRun: r.flags.dryRun}
	r.started = r.app.now()
	for in, reject := range rows.All() {
		r.report.Rows++
		if reject != nil {
			err = r.reject(*reject)
		} else {
			err = r.add(ctx, in, rows.Cells())
		}
		if err != nil {
			return r.stopped(err)
		}
	}
	if err := rows.Err(); err != nil {
		return r.stopped(err)
	}
	if err := r.flush(ctx); err != nil {
		return r.stopped(err)
	}
	if err := r.closeRejects(); err != nil {
		return err
	}
	return r.finish(m)
}

// stopped explains what an interrupted import leaves behind: nothing to mend,
// since sending the same rows again changes nothing.
func (r *importRun) stopped(err error) error {
	_ = r.closeRejects()
	r.app.notef("")
	if done := r.report.Accepted + r.report.Duplicates; done > 0 && !r.flags.dryRun {
		r.app.notef("%d rows had been taken before it stopped; run the same command again, nothing will be counted twice", done)
	}
	return err
}

func (r *importRun) closeRejects() error {
	if r.writer == nil {
		return nil
	}
	err := r.writer.Flush()
	if cerr := r.out.Close(); err == nil {
		err = cerr
	}
	r.writer = nil
	if err != nil {
		return callback.Errorf(callback.CodeInternal, "the rejects cannot be written to %s: %w", r.flags.rejects, err)
	}
	return nil
}

func (r *importRun) reject(j intake.Reject) error {
	r.report.Rejected++
	r.report.Rejects = append(r.report.Rejects, rejectJSON{j.Row, j.Column, callback.Line(j.Reason).String()})
	if r.writer == nil {
		return nil
	}
	if err := r.writer.Write(j); err != nil {
		return callback.Errorf(callback.CodeInternal, "the rejects cannot be written to %s: %w", r.flags.rejects, err)
	}
	return nil
}

func (r *importRun) add(ctx context.Context, in callback.Intake, cells []string) error {
	if in.Person.Zone == "" {
		in.Person.Zone = r.flags.zone
	}
	r.batch = append(r.batch, in)
	r.cells = append(r.cells, append([]string(nil), cells...))
	r.size += len(in.Comment) + 512
	if len(r.batch) < batchRows && r.size < batchBytes {
		return nil
	}
	return r.flush(ctx)
}

func (r *importRun) flush(ctx context.Context) error {
	if len(r.batch) == 0 {
		return nil
	}
	reply, err := r.client.Intake(ctx, callback.IntakeBatch{
		Team: r.flags.team, Region: r.flags.region, Zone: r.flags.zone, DryRun: r.flags.dryRun, Rows: r.batch,
	})
	if err != nil {
		return err
	}
	if len(reply.Results) != len(r.batch) {
		return callback.Errorf(callback.CodeInternal, "the server answered %d of %d rows", len(reply.Results), len(r.batch))
	}
	r.report.Accepted += reply.Accepted
	r.report.Duplicates += reply.Duplicates
	r.report.CasesOpened += reply.CasesOpened
	r.report.Updated += reply.Updated
	for i, res := range reply.Results {
		if res.Cooling != nil {
			r.report.CooledOff = append(r.report.CooledOff, cooledJSON{r.batch[i].Row, *res.Cooling})
		}
		switch {
		case res.Status == callback.IntakeRejected:
			if err := r.reject(intake.Reject{Row: r.batch[i].Row, Column: res.Column, Reason: res.Reason, Cells: r.cells[i]}); err != nil {
				return err
			}
		case res.Warning != "":
			r.report.Warnings = append(r.report.Warnings, rejectJSON{r.batch[i].Row, res.Column, callback.Line(res.Warning).String()})
		}
	}
	r.batch, r.cells, r.size = r.batch[:0], r.cells[:0], 0
	r.tell()
	return nil
}

// tell shows progress once a second to a person who is watching.
func (r *importRun) tell() {
	now := r.app.now()
	if r.app.flags.asJSON || !isTerminal(r.app.err) || now.Sub(r.started) < time.Second || now.Sub(r.told) < time.Second {
		return
	}
	r.told = now
	fmt.Fprintf(r.app.err, "\r%d of %d rows", r.report.Rows, r.file.Total)
}

func (r *importRun) finish(m *intake.Mapping) error {
	if !r.told.IsZero() {
		r.app.notef("")
	}
	if r.app.flags.asJSON {
		return r.app.printJSON(r.report)
	}
	r.app.sayImport(r.report, r.flags, m)
	return nil
}

// shownRejects bounds how many rejects are listed on the screen.
const shownRejects = 10

func (a *app) sayImport(r importJSON, f importFlags, m *intake.Mapping) {
	done, opened := "Imported", "opened"
	if r.DryRun {
		done, opened = "Dry run; nothing was written", "would open"
	}
	a.sayf("%s: %s = %d accepted + %s + %d rejected; %s %s.", done, count(r.Rows, "row"), r.Accepted,
		count(r.Duplicates, "duplicate"), r.Rejected, count(r.CasesOpened, "case"), opened)
	if r.Updated > 0 {
		a.sayf("Of the duplicates %d brought words to an answer that had none.", r.Updated)
	}
	a.sayCooled(r.CooledOff)
	if !m.Has(intake.ID) {
		a.sayf("The file has no id column; rows are recognised by their content.")
	}
	a.sayRows("rejected", r.Rejects)
	a.sayRows("warning", r.Warnings)
	if f.region == "" && slices.ContainsFunc(r.Warnings, func(w rejectJSON) bool { return strings.Contains(w.Reason, "needs a region") }) {
		a.sayf("Add --region US, or whichever your customers' numbers are from, so that national numbers can be read.")
	}
	switch {
	case r.Rejected > 0 && f.rejects != "":
		a.sayf("The rejected rows are in %s; mend them and import that file.", f.rejects)
	case r.Rejected > 0:
		a.sayf("Add --rejects FILE to get the rejected rows for repair.")
	}
	if !r.DryRun && r.CasesOpened > 0 {
		a.sayf("Next: ringback sync, then ringback")
	}
}

func (a *app) sayRows(what string, rows []rejectJSON) {
	for _, j := range rows[:min(len(rows), shownRejects)] {
		column := callback.Line(j.Column).String()
		if column != "" {
			column += ": "
		}
		a.sayf("  row %d %s: %s%s", j.Row, what, column, j.Reason)
	}
	if more := len(rows) - shownRejects; more > 0 {
		a.sayf("  … and %d more", more)
	}
}
