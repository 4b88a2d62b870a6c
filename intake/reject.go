package intake

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Reject is a row that cannot be sent, and why.
type Reject struct {
	// Row counts the file's records from 1 with the header, as a spreadsheet
	// shows them.
	Row int
	// Column names the cell at fault; empty if it is the row as a whole.
	Column string
	// Reason is one phrase for a person; foreign text in it is quoted, and a
	// phone number is not repeated.
	Reason string
	// Cells are the row as in the file.
	Cells []string
}

// rejectColumns are set before the source's own columns, and passed over
// when a reject file is imported again.
var rejectColumns = []string{"reject_row", "reject_column", "reject_reason"}

// RejectWriter writes rejected rows as the source is written (its delimiter;
// UTF-8, LF; with a byte order mark unless the source was UTF-8 without one, so
// that the spreadsheet which wrote the source reads it): the columns of the source behind row, column and reason, the
// header as in the source, so that the file can be repaired and imported again.
//
// Cells that a spreadsheet would take for a formula get an apostrophe in
// front (see Neutralise). This hits phone numbers such as +12015550123 too;
// the import takes the apostrophe off again.
type RejectWriter struct {
	csv *csv.Writer
}

// NewRejectWriter writes the header of f and takes rejects after it.
func NewRejectWriter(w io.Writer, f *File) (*RejectWriter, error) {
	if f.charset.enc != nil || f.BOM {
		if _, err := w.Write(utf8BOM); err != nil {
			return nil, fmt.Errorf("write rejects: %w", err)
		}
	}
	rw := &RejectWriter{csv: csv.NewWriter(w)}
	rw.csv.Comma = rune(f.format.comma)
	for i, cells := range f.header.rows {
		lead := rejectColumns
		if i > 0 {
			lead = make([]string, len(rejectColumns))
		}
		if err := rw.write(lead, cells); err != nil {
			return nil, err
		}
	}
	return rw, rw.Flush()
}

// Write adds one row.
func (w *RejectWriter) Write(r Reject) error {
	return w.write([]string{strconv.Itoa(r.Row), r.Column, r.Reason}, r.Cells)
}

func (w *RejectWriter) write(lead, cells []string) error {
	safe := make([]string, 0, len(lead)+len(cells))
	for _, c := range lead {
		safe = append(safe, Neutralise(c))
	}
	for _, c := range cells {
		safe = append(safe, Neutralise(c))
	}
	if err := w.csv.Write(safe); err != nil {
		return fmt.Errorf("write rejects: %w", err)
	}
	return nil
}

// Flush brings what was written to the writer below.
func (w *RejectWriter) Flush() error {
	w.csv.Flush()
	if err := w.csv.Error(); err != nil {
		return fmt.Errorf("write rejects: %w", err)
	}
	return nil
}

// Neutralise puts an apostrophe before a cell that a spreadsheet could run as
// a formula: one that begins, after spaces, with = + - @, their full-width
// forms, or a tab, CR or LF (OWASP, CSV Injection).
func Neutralise(cell string) string {
	if formulaStart(cell) {
		return "'" + cell
	}
	return cell
}

func formulaStart(cell string) bool {
	for _, r := range strings.TrimLeft(cell, " \u00a0\u3000\ufeff\u200b") {
		return strings.ContainsRune("=+-@\t\r\n＝＋－＠", r)
	}
	return false
}
