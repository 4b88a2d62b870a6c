// Package export turns cases into files that people and programs open: CSV that a spreadsheet can open without
// computing what a customer wrote, and JSON lines that lose nothing.
package export

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"ringback/callback"
)

// Table says what a row of a CSV file is.
type Table string

// The tables: one row for each case, call, score, promise or telephone number.
const (
	Cases    Table = "cases"
	Attempts Table = "attempts"
	Scores   Table = "scores"
	Promises Table = "promises"
	Numbers  Table = "numbers"
)

// Tables lists the tables.
func Tables() []Table { return []Table{Cases, Attempts, Scores, Promises, Numbers} }

// Options say how a file is written.
type Options struct {
	Table Table
	// Anonymous leaves out who the customer is and everything in anybody's own words.
	Anonymous bool
	// BOM begins the file with a byte order mark, by which Excel knows UTF-8.
	BOM bool
}

// CSV writes cases as comma-separated values (RFC 4180), the columns' names first.
type CSV struct {
	w       *csv.Writer
	rows    func(callback.Case) []record
	columns []column
	written int
}

// NewCSV begins a file. It fails for a table that there is none of.
func NewCSV(w io.Writer, o Options) (*CSV, error) {
	made, ok := tables[o.Table]
	if !ok {
		return nil, fmt.Errorf("table %q is not known; there are %s", string(o.Table), tableNames())
	}
	if o.BOM {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return nil, fmt.Errorf("begin file: %w", err)
		}
	}
	out := &CSV{w: csv.NewWriter(w), rows: made.rows}
	head := []string{}
	for _, c := range made.columns {
		if o.Anonymous && c.personal {
			continue
		}
		out.columns = append(out.columns, c)
		head = append(head, c.name)
	}
	if err := out.w.Write(head); err != nil {
		return nil, fmt.Errorf("write columns: %w", err)
	}
	return out, nil
}

// Case writes the rows of a case.
func (f *CSV) Case(c callback.Case) error {
	for _, r := range f.rows(c) {
		line := make([]string, len(f.columns))
		for i, col := range f.columns {
			line[i] = Words(col.value(r)) // nearly all of a case comes from outside
		}
		if err := f.w.Write(line); err != nil {
			return fmt.Errorf("write row: %w", err)
		}
		f.written++
	}
	return nil
}

// Close writes what is left and tells how many rows there are. It does not close what it writes to.
func (f *CSV) Close() (rows int, err error) {
	f.w.Flush()
	if err := f.w.Error(); err != nil {
		return f.written, fmt.Errorf("write file: %w", err)
	}
	return f.written, nil
}

// Lines writes cases as JSON, one to a line, whole.
type Lines struct {
	enc       *json.Encoder
	anonymous bool
	written   int
}

// NewLines begins a file of JSON lines; of Options only Anonymous matters.
func NewLines(w io.Writer, o Options) *Lines {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return &Lines{enc: enc, anonymous: o.Anonymous}
}

// Case writes a case.
func (f *Lines) Case(c callback.Case) error {
	if f.anonymous {
		c = anonymous(c)
	}
	f.written++
	if err := f.enc.Encode(c); err != nil {
		return fmt.Errorf("write line: %w", err)
	}
	return nil
}

// Close tells how many lines there are.
func (f *Lines) Close() (rows int, err error) { return f.written, nil }

func tableNames() string {
	names := []string{}
	for _, t := range Tables() {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}
