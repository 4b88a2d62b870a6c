package intake

import (
	"fmt"
	"io"
	"iter"

	"ringback/callback"
)

// Counts say what became of a file's rows so far. Rows = Accepted + Rejected.
type Counts struct {
	Rows, Accepted, Rejected int
	// Blank lines are not rows.
	Blank int
	// Hashed rows had no id of their own.
	Hashed int
}

// Rows is one reading of a file's rows under a mapping.
type Rows struct {
	file   *File
	plan   plan
	counts Counts
	cells  []string
	err    error
}

// Rows begins a reading. It returns the mapping's question while one is open.
// One reading of a file goes on at a time.
func (f *File) Rows(m *Mapping) (*Rows, error) {
	if err := m.Ready(); err != nil {
		return nil, err
	}
	return &Rows{file: f, plan: newPlan(f, m)}, nil
}

// All streams the rows in the file's order: an Intake that is ready to be
// sent, or a Reject. The file is read as the caller goes, so memory stays
// flat. After it, Err tells whether the file was read to its end.
func (r *Rows) All() iter.Seq2[callback.Intake, *Reject] {
	return func(yield func(callback.Intake, *Reject) bool) {
		r.counts, r.err = Counts{}, nil
		if err := r.read(yield); err != nil {
			r.err = within(r.file.Source, err)
		}
	}
}

// Err is what stopped the reading before the file's end, if anything did.
func (r *Rows) Err() error { return r.err }

// Counts are of the rows read so far; File.Total says how many there are.
func (r *Rows) Counts() Counts { return r.counts }

// Cells are the current row's as in the file, for the reject file if the
// server refuses the row.
func (r *Rows) Cells() []string { return r.cells }

func (r *Rows) read(yield func(callback.Intake, *Reject) bool) error {
	text, err := r.file.text()
	if err != nil {
		return err
	}
	in := newRecords(text, r.file.format)
	in.name = r.file.columnTitle
	for range r.file.header.height() {
		if _, err := in.next(); err != nil {
			return changed(err)
		}
	}
	for {
		cells, err := in.next()
		if err == io.EOF {
			return r.whole()
		}
		if err != nil {
			return changed(err)
		}
		if blank(cells) {
			r.counts.Blank++
			continue
		}
		r.cells = cells
		row, reject := r.plan.convert(in.row, cells)
		r.count(row, reject)
		if !yield(row, reject) {
			return nil
		}
	}
}

func (r *Rows) count(row callback.Intake, reject *Reject) {
	r.counts.Rows++
	if reject != nil {
		r.counts.Rejected++
		return
	}
	r.counts.Accepted++
	if len(row.ExternalID) > len(hashPrefix) && row.ExternalID[:len(hashPrefix)] == hashPrefix {
		r.counts.Hashed++
	}
}

// whole refuses to call a file done that lost or won rows since Open.
func (r *Rows) whole() error {
	if r.counts.Rows != r.file.Total {
		return changed(fmt.Errorf("%d rows instead of %d", r.counts.Rows, r.file.Total))
	}
	return nil
}

func changed(err error) error {
	if callback.CodeOf(err) != callback.CodeInternal {
		return err
	}
	return callback.Errorf(callback.CodeInvalid, "the file changed while it was read: %w", err).
		WithHint("import it again when nothing writes to it; rows sent already will be duplicates")
}
