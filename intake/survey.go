package intake

import (
	"io"
	"strconv"
)

// survey reads the whole file once: it finds the header, profiles the
// columns, counts the rows, and fails on what would fail later.
func (f *File) survey() error {
	text, err := f.text()
	if err != nil {
		return err
	}
	in := newRecords(text, f.format)
	top, err := readUpTo(in, headerLook)
	if err != nil && err != io.EOF {
		return err
	}
	if f.header, err = readHeader(top, f.opts.HeaderRows, f.opts.Numbers); err != nil {
		return err
	}
	f.Columns, f.HeaderRows = f.header.columns, len(f.header.rows)
	in.name = f.columnTitle
	for i, cells := range top[f.header.height():] {
		f.profile(f.header.height()+i+1, cells)
	}
	for {
		cells, err := in.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		f.profile(in.row, cells)
	}
}

func readUpTo(in *records, n int) ([][]string, error) {
	var top [][]string
	in.name = func(i int) string { return provisionalName(top, i) }
	for len(top) < n {
		cells, err := in.next()
		if err != nil {
			return top, err
		}
		top = append(top, cells)
	}
	return top, nil
}

// provisionalName names a column in errors while the header is being read.
func provisionalName(top [][]string, i int) string {
	for _, cells := range top {
		if !preamble(cells) {
			if name := cellAt(cells, i); name != "" {
				return Column{Name: name}.title()
			}
			break
		}
	}
	return "number " + strconv.Itoa(i+1)
}

// columnTitle names a column in errors about a cell's form.
func (f *File) columnTitle(i int) string {
	if i < len(f.Columns) {
		return f.Columns[i].title()
	}
	return "beyond the header's last"
}

// profile takes in one row below the header.
func (f *File) profile(row int, cells []string) {
	if blank(cells) {
		f.Blank++
		return
	}
	f.Total++
	if len(cells) < len(f.Columns) {
		f.Short++
	}
	if len(f.Sample) < sampleRows {
		f.Sample = append(f.Sample, cells)
	}
	for i, cell := range cells {
		if i < len(f.Columns) {
			f.Columns[i].stats.see(row, tidy(cell))
		}
	}
}
