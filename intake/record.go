package intake

import (
	"fmt"
	"io"

	"ringback/callback"
)

// The largest cell, row and header that are read. Real exports stay far
// below; a file beyond them is hostile, or has lost a closing quote.
const (
	maxCell    = 64 << 10 // bytes of UTF-8
	maxRow     = 1 << 20  // bytes of UTF-8
	maxColumns = 1000
)

// format is how records are laid out in the decoded text.
type format struct {
	comma byte
	// loneCR tells that rows end with a bare CR, as on the Macintosh of old.
	loneCR bool
}

// records reads RFC 4180 records from UTF-8 text within the limits above. A
// quote inside an unquoted cell is taken as it stands; text between a closing
// quote and the next delimiter is an error, because where the cell ends could
// only be guessed.
type records struct {
	in     io.Reader
	format format
	name   func(column int) string

	chunk []byte
	pos   int
	end   int
	err   error

	row   int // records begun, from 1
	line  int // line of the byte read last, from 1
	start int // line at which the current cell began

	buf  []byte
	ends []int
}

func newRecords(in io.Reader, f format) *records {
	return &records{
		in: in, format: f, line: 1, chunk: make([]byte, 64<<10),
		name: func(i int) string { return fmt.Sprintf("number %d", i+1) },
	}
}

// fill reads the next chunk; false at the end of the text or on an error.
func (r *records) fill() bool {
	for r.err == nil {
		n, err := r.in.Read(r.chunk)
		r.pos, r.end, r.err = 0, n, err
		if n > 0 {
			return true
		}
	}
	return false
}

func (r *records) byte() (byte, bool) {
	for {
		if r.pos >= r.end && !r.fill() {
			return 0, false
		}
		c := r.chunk[r.pos]
		r.pos++
		if c == 0 {
			continue
		}
		if c == '\n' || (c == '\r' && r.format.loneCR) {
			r.line++
		}
		return c, true
	}
}

func (r *records) peek() byte {
	if r.pos >= r.end && !r.fill() {
		return 0
	}
	return r.chunk[r.pos]
}

// The places a reader can be at within a record.
type place int

const (
	atStart  place = iota // before the first byte of a cell
	inPlain               // inside an unquoted cell
	inQuotes              // inside a quoted cell
	atQuote               // right after a quote inside a quoted cell
	pastCell              // after the closing quote and a space
)

// next reads one record. It returns io.EOF after the last one.
func (r *records) next() ([]string, error) {
	r.buf, r.ends = r.buf[:0], r.ends[:0]
	r.row++
	r.start = r.line
	at, begun := atStart, false
	for {
		c, ok := r.byte()
		if !ok {
			return r.finish(at, begun)
		}
		begun = true
		done, err := r.step(&at, c)
		if err != nil {
			return nil, err
		}
		if done {
			return r.cells(), nil
		}
	}
}

// finish ends the text's last record, which may lack its line end.
func (r *records) finish(at place, begun bool) ([]string, error) {
	switch {
	case r.err != io.EOF:
		return nil, fmt.Errorf("read row %d: %w", r.row, r.err)
	case !begun:
		r.row--
		return nil, io.EOF
	case at == inQuotes:
		return nil, r.broken("is opened with a quote on line %d that is never closed", r.start)
	}
	if err := r.endCell(); err != nil {
		return nil, err
	}
	return r.cells(), nil
}

// step takes one byte and tells whether it ended the record.
func (r *records) step(at *place, c byte) (done bool, err error) {
	if *at == inQuotes {
		switch {
		case c == '"':
			*at = atQuote
		case c == '\r' && r.peek() == '\n': // CRLF inside a cell is one line break
		default:
			return false, r.add(c)
		}
		return false, nil
	}
	switch {
	case c == r.format.comma:
		*at = atStart
		err = r.endCell()
		r.start = r.line
		return false, err
	case c == '\n', c == '\r' && r.format.loneCR:
		return true, r.endCell()
	case c == '\r' && r.peek() == '\n':
		return false, nil
	case *at == atQuote && c == '"':
		*at = inQuotes
		return false, r.add(c)
	case *at == atQuote && c == ' ', *at == pastCell && c == ' ':
		*at = pastCell
		return false, nil
	case *at == atQuote, *at == pastCell:
		return false, r.broken("has text after its closing quote on line %d", r.line)
	case *at == atStart && c == '"':
		*at = inQuotes
		return false, nil
	}
	*at = inPlain
	return false, r.add(c)
}

// cellStart is where the current cell begins in buf.
func (r *records) cellStart() int {
	if len(r.ends) == 0 {
		return 0
	}
	return r.ends[len(r.ends)-1]
}

func (r *records) add(c byte) error {
	r.buf = append(r.buf, c)
	if len(r.buf)-r.cellStart() > maxCell {
		return callback.Errorf(callback.CodeTooLarge, "row %d, column %s: the cell that begins on line %d is longer than %d KiB",
			r.row, r.name(len(r.ends)), r.start, maxCell>>10).
			WithHint("shorten it, or close its quote if one is missing")
	}
	if len(r.buf) > maxRow {
		return callback.Errorf(callback.CodeTooLarge, "row %d, column %s: the row is longer than %d KiB",
			r.row, r.name(len(r.ends)), maxRow>>10).
			WithHint("check the file near line %d", r.start)
	}
	return nil
}

func (r *records) endCell() error {
	if len(r.ends) == maxColumns {
		return callback.Errorf(callback.CodeTooLarge, "row %d has more than %d columns (line %d)", r.row, maxColumns, r.line).
			WithHint("export fewer columns, or check the delimiter")
	}
	r.ends = append(r.ends, len(r.buf))
	return nil
}

func (r *records) cells() []string {
	text, cells, from := string(r.buf), make([]string, len(r.ends)), 0
	for i, end := range r.ends {
		cells[i] = text[from:end]
		from = end
	}
	return cells
}

func (r *records) broken(format string, args ...any) error {
	return callback.Errorf(callback.CodeInvalid, "row %d, column %s: the cell %s",
		r.row, r.name(len(r.ends)), fmt.Sprintf(format, args...)).
		WithHint(`close the quote, and write quotes inside a cell twice ("")`)
}
