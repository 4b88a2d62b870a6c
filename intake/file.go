package intake

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"ringback/callback"
)

// Options say how to read a file where its own evidence shall not decide.
// The zero value lets it decide everything.
type Options struct {
	// Source names the survey; empty takes the file's base name.
	Source string
	// Encoding is a WHATWG label such as "windows-1251"; empty detects it.
	Encoding string
	// Delimiter is , ; | or a tab; 0 detects it.
	Delimiter rune
	// HeaderRows is 1–3; 0 detects it.
	HeaderRows int
	// Numbers says that the file is a list of telephone numbers, which may do
	// without a header: a first row with a number in it is one of the list. Its
	// columns are then called "column 1" and so on.
	Numbers bool
	// DateOrder reads dates made of numbers; AnyOrder lets them decide.
	DateOrder DateOrder
	// Zone reads times without a zone; nil is UTC.
	Zone *time.Location
	// Now is the moment of the import: answers without a date are given it,
	// and dates more than a day after it are refused. Zero is the clock's.
	Now time.Time
}

// File is a survey file that has been read once and can be imported.
type File struct {
	// Source names the survey in every Intake.
	Source string
	// Encoding is the name of the file's encoding, BOM whether it has a mark.
	Encoding string
	BOM      bool
	// Delimiter parts the columns.
	Delimiter rune
	// HeaderRows is the number of rows that name the columns.
	HeaderRows int
	Columns    []Column
	// Sample holds the first rows for a preview, cells as in the file: clean
	// them before they reach a terminal. Names of columns are clean.
	Sample [][]string
	// Total counts the rows below the header that are not blank; Blank counts
	// the lines there whose cells are all empty.
	Total, Blank int
	// Short counts the rows with fewer cells than the header; the missing
	// cells are read as empty.
	Short int

	opts    Options
	in      io.ReadSeeker
	close   func() error
	charset charset
	format  format
	header  header
}

// sampleRows is how many rows a preview shows.
const sampleRows = 5

// headSize is how much of a file decides on UTF-16 and the delimiter, in
// bytes. It holds the longest header that is read.
const headSize = 256 << 10

// Open reads the file at path once and says what it is. Errors tell what is
// wrong with it, and in which row and column.
func Open(path string, opts Options) (*File, error) {
	in, err := os.Open(path)
	if err != nil {
		code := callback.CodeInvalid
		if errors.Is(err, os.ErrNotExist) {
			code = callback.CodeNotFound
		}
		return nil, callback.Errorf(code, "cannot open the survey file: %w", err)
	}
	if info, err := in.Stat(); err == nil && info.IsDir() {
		return nil, errors.Join(in.Close(), callback.Errorf(callback.CodeInvalid, "%q is a folder", path).
			WithHint("name the survey file in it"))
	}
	f, err := Read(in, filepath.Base(path), opts)
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	inner := f.close
	f.close = func() error { return errors.Join(inner(), in.Close()) }
	return f, nil
}

// Read is Open for something that is open already, such as standard input;
// name stands for it in messages. What cannot seek is copied to a temporary
// file that only its owner can read and that Close removes.
func Read(r io.Reader, name string, opts Options) (*File, error) {
	if err := checkDelimiter(opts.Delimiter); err != nil {
		return nil, err
	}
	if opts.Zone == nil {
		opts.Zone = time.UTC
	}
	if opts.Now.IsZero() {
		opts.Now = time.Now()
	}
	opts.Now = opts.Now.UTC()
	f := &File{Source: opts.Source, opts: opts, close: func() error { return nil }}
	if f.Source == "" {
		f.Source = name
	}
	if err := f.hold(r); err != nil {
		return nil, err
	}
	err := f.detect()
	if err == nil {
		err = f.survey()
	}
	if err != nil {
		return nil, within(name, errors.Join(err, f.Close()))
	}
	return f, nil
}

// Close lets go of the file.
func (f *File) Close() error { return f.close() }

// within puts the file's name before an error that a person reads.
func within(name string, err error) error {
	if e, ok := errors.AsType[*callback.Error](err); ok {
		named := *e
		named.Message = fmt.Sprintf("%q: %s", name, e.Message)
		return &named
	}
	return fmt.Errorf("read %q: %w", name, err)
}

// hold keeps r for several readings.
func (f *File) hold(r io.Reader) error {
	if s, ok := r.(io.ReadSeeker); ok {
		if _, err := s.Seek(0, io.SeekStart); err == nil {
			f.in = s
			return nil
		}
	}
	tmp, err := os.CreateTemp("", "ringback-import-*")
	if err != nil {
		return fmt.Errorf("make temporary file: %w", err)
	}
	f.in = tmp
	f.close = func() error { return errors.Join(tmp.Close(), os.Remove(tmp.Name())) }
	if _, err := io.Copy(tmp, r); err != nil {
		return errors.Join(fmt.Errorf("copy input to temporary file: %w", err), f.Close())
	}
	return nil
}

// rewind gives the file's bytes from the start.
func (f *File) rewind() (io.Reader, error) {
	if _, err := f.in.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("go back to the file's start: %w", err)
	}
	return f.in, nil
}

// text gives the file's text from the start.
func (f *File) text() (io.Reader, error) {
	raw, err := f.rewind()
	if err != nil {
		return nil, err
	}
	return f.charset.reader(raw)
}

// detect finds encoding and delimiter.
func (f *File) detect() error {
	raw, err := f.rewind()
	if err != nil {
		return err
	}
	head, err := io.ReadAll(io.LimitReader(raw, headSize))
	if err != nil {
		return fmt.Errorf("read file: %w", err)
	}
	if err := refuseOther(head); err != nil {
		return err
	}
	if f.opts.Encoding != "" {
		f.charset, err = namedCharset(f.opts.Encoding, head)
	} else if raw, err = f.rewind(); err == nil {
		f.charset, err = detectCharset(raw, head)
	}
	if err != nil {
		return err
	}
	f.Encoding, f.BOM = f.charset.name, f.charset.bom > 0
	text, err := f.text()
	if err != nil {
		return err
	}
	start, err := io.ReadAll(io.LimitReader(text, headSize))
	if err != nil {
		return fmt.Errorf("read file: %w", err)
	}
	if f.opts.Encoding == "" && !isText(start) {
		return callback.Errorf(callback.CodeInvalid, "the file is not a text file").
			WithHint("open it where it was made and save it as CSV; if it is a text all the same, name its encoding: --encoding utf-8")
	}
	f.format = sniffFormat(start, len(start) < headSize)
	if f.opts.Delimiter != 0 {
		f.format.comma = byte(f.opts.Delimiter)
	}
	f.Delimiter = rune(f.format.comma)
	return nil
}

// otherKinds are files that people take for a CSV, by their first bytes.
var otherKinds = []struct{ magic, kind string }{
	{"PK\x03\x04", "an Excel workbook or a ZIP archive"},
	{"\xD0\xCF\x11\xE0", "an old Excel workbook"},
	{"%PDF", "a PDF document"},
	{"\x1F\x8B", "a gzip archive"},
	{"<!DOCTYPE", "a web page"},
	{"<html", "a web page"},
	{"SQLite format 3", "a database"},
}

// fewStrange is how many control characters any file may have.
const fewStrange = 16

// isText tells whether the beginning of a decoded file is meant for reading.
// One control character in fifty is more than any text has, and less than half
// of what packed or machine data has by chance (one byte in nine). A few prove
// nothing in a short file.
func isText(start []byte) bool {
	strange := 0
	for _, b := range start {
		if b < ' ' && bytes.IndexByte([]byte("\x00\t\n\v\f\r\x1a\x1b"), b) < 0 {
			strange++
		}
	}
	return strange <= fewStrange || strange*50 <= len(start)
}

func refuseOther(head []byte) error {
	if len(bytes.Trim(head, " \t\r\n\x00")) == 0 {
		return callback.Errorf(callback.CodeInvalid, "the file is empty").
			WithHint("export the survey again with a header row")
	}
	for _, k := range otherKinds {
		if len(head) >= len(k.magic) && bytes.EqualFold(head[:len(k.magic)], []byte(k.magic)) {
			return callback.Errorf(callback.CodeInvalid, "the file is %s, not text in columns", k.kind).
				WithHint("open it where it was made and save it as CSV")
		}
	}
	return nil
}
