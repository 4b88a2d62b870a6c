package intake_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"ringback/callback"
	"ringback/intake"
)

// open reads text as a file named answers.csv on the import day.
func open(t testing.TB, text string, opts intake.Options) *intake.File {
	t.Helper()
	f, err := openErr(text, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func openErr(text string, opts intake.Options) (*intake.File, error) {
	if opts.Now.IsZero() {
		opts.Now = importDay
	}
	return intake.Read(strings.NewReader(text), "answers.csv", opts)
}

func guess(t testing.TB, f *intake.File, o intake.Overrides) *intake.Mapping {
	t.Helper()
	m, err := intake.Guess(f, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestEncodings(t *testing.T) {
	const russian = "nps;комментарий\n3;Ждал две недели, так и не дождался ответа\n9;Всё хорошо\n"
	const french = "nps;commentaire\n3;Très déçu du délai, à éviter\n9;Génial, déjà conseillé\n"
	const german = "nps;kommentar\n3;Größe passt überhaupt nicht, Ärger über Öffnungszeiten\n9;Schön\n"
	const japanese = "nps;comment\n3;二週間待ちました\n9;とても良い\n"
	for _, c := range []struct {
		name, text, want string
		enc              encoding.Encoding
	}{
		{"ascii", "nps,comment\n3,late\n", "UTF-8", encoding.Nop},
		{"utf-8", russian, "UTF-8", encoding.Nop},
		{"utf-8 with mark", russian, "UTF-8", unicode.UTF8BOM},
		{"utf-16le with mark", russian, "UTF-16LE", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
		{"utf-16be with mark", japanese, "UTF-16BE", unicode.UTF16(unicode.BigEndian, unicode.UseBOM)},
		{"utf-16le bare", russian, "UTF-16LE", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"utf-16be bare", german, "UTF-16BE", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
		{"utf-16le bare japanese", japanese, "UTF-16LE", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"windows-1251", russian, "Windows-1251", charmap.Windows1251},
		{"windows-1252 french", french, "Windows-1252", charmap.Windows1252},
		{"windows-1252 german", german, "Windows-1252", charmap.Windows1252},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw, err := c.enc.NewEncoder().String(c.text)
			if err != nil {
				t.Fatal(err)
			}
			f := open(t, raw, intake.Options{})
			if f.Encoding != c.want {
				t.Errorf("got %s, want %s", f.Encoding, c.want)
			}
			accepted, _ := read(t, f, guess(t, f, nil))
			lines := strings.Split(strings.TrimSpace(c.text), "\n")
			_, want, _ := strings.Cut(lines[1], string(f.Delimiter))
			if accepted[0].Comment != want {
				t.Errorf("got %q, want %q", accepted[0].Comment, want)
			}
		})
	}
}

func TestUndefinedAndStrayBytesDoNotFail(t *testing.T) {
	for _, c := range []struct{ name, raw, encoding, comment string }{
		{"undefined in 1252", "nps,comment\n3,d\xe9\x81\x8d\x8f\x90\x9dj\xe0\n", "Windows-1252", "dé\ufffd\ufffd\ufffd\ufffd\ufffdjà"},
		{"stray byte in utf-8", "nps,comment\n3,déjà évidé très \xe9t\n", "UTF-8", "déjà évidé très ét"},
		{"mojibake inside utf-8", "nps,comment\n3,dÃ©jÃ\u00a0\n", "UTF-8", "dÃ©jÃ"},
		{"nul", "nps,comment\n3,a\x00b\n4,long enough not to be UTF-16\n", "UTF-8", "ab"},
		{"cut in the middle of a character", "nps,comment\n3,déjà \xc3", "UTF-8", "déjà Ã"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := open(t, c.raw, intake.Options{})
			accepted, _ := read(t, f, guess(t, f, nil))
			if f.Encoding != c.encoding || accepted[0].Comment != c.comment {
				t.Errorf("got %s %q, want %s %q", f.Encoding, accepted[0].Comment, c.encoding, c.comment)
			}
		})
	}
}

func TestEncodingGiven(t *testing.T) {
	raw, err := charmap.KOI8R.NewEncoder().String("nps,comment\n3,Ждал две недели\n")
	if err != nil {
		t.Fatal(err)
	}
	f := open(t, raw, intake.Options{Encoding: "koi8-r"})
	accepted, _ := read(t, f, guess(t, f, nil))
	if accepted[0].Comment != "Ждал две недели" {
		t.Errorf("got %q", accepted[0].Comment)
	}
	if _, err := openErr(raw, intake.Options{Encoding: "klingon"}); callback.CodeOf(err) != callback.CodeInvalid {
		t.Errorf("an unknown encoding gives %v", err)
	}
	// A wrong claim shows in the preview; it does not fail.
	open(t, "nps,comment\n3,\xe9\xff\n", intake.Options{Encoding: "utf-8"})
}

func TestDelimiters(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want rune
	}{
		"comma":                  {"score,comment\n1,a\n", ','},
		"semicolon":              {"score;comment\n1;a\n", ';'},
		"tab":                    {"score\tcomment\n1\ta\n", '\t'},
		"pipe":                   {"score|comment\n1|a\n", '|'},
		"comma in text":          {"score;comment\n1;well, no\n2;a, b, c\n", ';'},
		"comma in quoted header": {"\"How likely, 0-10, is it\";comment\n1;a\n", ';'},
		"semicolons in quotes":   {"score,comment\n1,\"a;b;c\"\n2,\"d;e\"\n", ','},
		"sep line":               {"sep=|\nscore|comment\n1|a\n", '|'},
		"one column":             {"score\n1\n2\n", ','},
		"decimal commas":         {"score;value\n1;0,5\n2;0,7\n", ';'},
		"bare CR":                {"score;comment\r1;a\r2;b\r", ';'},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t, c.text, intake.Options{})
			if f.Delimiter != c.want {
				t.Fatalf("got %q, want %q", f.Delimiter, c.want)
			}
			m := guess(t, f, intake.Overrides{intake.Score: "#1"})
			accepted, rejects := read(t, f, m)
			if len(accepted) == 0 || len(rejects) > 0 || *accepted[0].Score != 1 {
				t.Errorf("got %v, %v", accepted, rejects)
			}
		})
	}
	if f := open(t, "a;b,c\n1;2,3\n", intake.Options{Delimiter: ';'}); len(f.Columns) != 2 {
		t.Errorf("the given delimiter gives %d columns", len(f.Columns))
	}
	if _, err := openErr("a,b\n", intake.Options{Delimiter: 'x'}); callback.CodeOf(err) != callback.CodeInvalid {
		t.Errorf("delimiter x gives %v", err)
	}
}

func TestHeaders(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		rows int
		want []string
	}{
		"blank, repeated, trailing": {",nps,nps,,  Why   us? ,\n1,2,3,4,5,\n", 1, []string{"column 1", "nps", "nps (2)", "column 4", "Why us?", "column 6"}},
		"names that collide":        {"a (2),a,A\n1,2,3\n", 1, []string{"a (2)", "a", "A (3)"}},
		"line break in a name":      {"\"nps\nscore\",b\n1,2\n", 1, []string{"nps score", "b"}},
		"control characters":        {"n\x1b[31mps,b\u202e\n1,2\n", 1, []string{"n[31mps", "b"}},
		"legacy qualtrics":          {"V1,V2,V3,Q1,\nResponseID,ResponseSet,Name,Would you recommend us?,\nR_1,Default,Ann,9,\n", 2, []string{"ResponseID", "ResponseSet", "Name", "Q1", "column 5"}},
		"blank lines above":         {"\n\nnps,b\n1,2\n", 1, []string{"nps", "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t, c.text, intake.Options{})
			var got []string
			for _, col := range f.Columns {
				got = append(got, col.Name)
			}
			if f.HeaderRows != c.rows || fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("got %d rows, %q; want %d, %q", f.HeaderRows, got, c.rows, c.want)
			}
		})
	}
}

func TestBrokenFilesSayWhere(t *testing.T) {
	wide := strings.Repeat("a,", 1001)
	for name, c := range map[string]struct {
		text string
		code callback.Code
		says []string
	}{
		"open quote at the end":  {"score,comment\n1,fine\n2,\"never closed\n3,x\n", callback.CodeInvalid, []string{"answers.csv", "row 3", `"comment"`, "line 3", "quote"}},
		"open quote swallows":    {"score,comment\n1,\"never closed\n" + strings.Repeat("2,x\n", 40000), callback.CodeTooLarge, []string{"row 2", `"comment"`, "64 KiB", "quote"}},
		"text after quote":       {"score,comment\n1,\"he said \"great\" to me\"\n", callback.CodeInvalid, []string{"row 2", `"comment"`, "after its closing quote"}},
		"quote closed rows late": {"score,comment\n1,\"open\n2,\"x\"\n", callback.CodeInvalid, []string{"row 2", `"comment"`}},
		"cell too long":          {"score,comment\n1," + strings.Repeat("x", 70000) + "\n", callback.CodeTooLarge, []string{"row 2", `"comment"`, "64 KiB"}},
		"row too long":           {"s" + strings.Repeat(",c", 30) + "\n1" + strings.Repeat(","+strings.Repeat("y", 60000), 20), callback.CodeTooLarge, []string{"row 2", "1024 KiB"}},
		"too many columns":       {"a,b\n1,2\n" + wide, callback.CodeTooLarge, []string{"row 3", "1000 columns"}},
		"empty":                  {"", callback.CodeInvalid, []string{"empty"}},
		"blank":                  {" \n\n\r\n", callback.CodeInvalid, []string{"empty"}},
		"workbook":               {"PK\x03\x04xx", callback.CodeInvalid, []string{"Excel", "CSV"}},
		"page":                   {"<!doctype html><html>", callback.CodeInvalid, []string{"web page"}},
		"no header":              {"7,fine,ann@example.com\n8,good,bob@example.com\n", callback.CodeInvalid, []string{"row 1", "header row"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := openErr(c.text, intake.Options{})
			if callback.CodeOf(err) != c.code {
				t.Fatalf("got code %q (%v), want %q", callback.CodeOf(err), err, c.code)
			}
			for _, want := range c.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %q, want it to say %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error has more than one line: %q", err)
			}
		})
	}
}

func TestQuotedCells(t *testing.T) {
	f := open(t, "nps,comment\r\n1,\"two\nlines, \"\"quoted\"\"\"\r\n2,5\" disk\r\n3,\"a\r\nb\" \r\n4,\"\"\r\n", intake.Options{})
	accepted, _ := read(t, f, guess(t, f, nil))
	var got []string
	for _, in := range accepted {
		got = append(got, in.Comment)
	}
	if want := []string{"two\nlines, \"quoted\"", `5" disk`, "a\nb", ""}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOpenPaths(t *testing.T) {
	dir := t.TempDir()
	if _, err := intake.Open(filepath.Join(dir, "absent.csv"), intake.Options{}); callback.CodeOf(err) != callback.CodeNotFound {
		t.Errorf("an absent file gives %v", err)
	}
	if _, err := intake.Open(dir, intake.Options{}); callback.CodeOf(err) != callback.CodeInvalid {
		t.Errorf("a folder gives %v", err)
	}
	path := filepath.Join(dir, "may.csv")
	if err := os.WriteFile(path, []byte("nps\n7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := intake.Open(path, intake.Options{Now: importDay})
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, f)
	if accepted, _ := read(t, f, guess(t, f, nil)); accepted[0].Source != "may.csv" {
		t.Errorf("source %q", accepted[0].Source)
	}
}

// pipe hides everything but reading, as standard input does.
type pipe struct{ io.Reader }

func TestPipesAreReadTwice(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	f, err := intake.Read(pipe{strings.NewReader("nps,comment\n7,a\n8,b\n")}, "stdin", intake.Options{Source: "spring", Now: importDay})
	if err != nil {
		t.Fatal(err)
	}
	accepted, _ := read(t, f, guess(t, f, nil))
	if len(accepted) != 2 || accepted[0].Source != "spring" {
		t.Errorf("got %v", accepted)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	left, err := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("files left behind: %v, %v", left, err)
	}
}

func TestReadErrorsAreNotEnds(t *testing.T) {
	broken := errors.New("disk on fire")
	_, err := intake.Read(io.MultiReader(strings.NewReader("nps\n7\n"), failing{broken}), "x.csv", intake.Options{})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestFileThatShrinksIsNoticed(t *testing.T) {
	text := []byte("nps,comment\n7,a\n8,b\n")
	src := bytes.NewReader(text)
	f, err := intake.Read(src, "x.csv", intake.Options{Now: importDay})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.Rows(guess(t, f, nil))
	if err != nil {
		t.Fatal(err)
	}
	src.Reset(text[:16])
	for range rows.All() {
	}
	if err := rows.Err(); err == nil || !strings.Contains(err.Error(), "changed") {
		t.Errorf("got %v", err)
	}
}
