package intake

import (
	"bytes"
	"io"
	"strings"

	"ringback/callback"
)

// delimiters are tried in this order; the first wins a tie.
var delimiters = []byte{',', ';', '\t', '|'}

// sniffFormat finds delimiter and line ends in the decoded beginning of a
// file; whole tells that head is all of it.
func sniffFormat(head []byte, whole bool) format {
	f := format{comma: ',', loneCR: !bytes.ContainsRune(head, '\n') && bytes.ContainsRune(head, '\r')}
	if sep, ok := declaredDelimiter(head); ok {
		f.comma = sep
		return f
	}
	best := -1.0
	for _, d := range delimiters {
		if fit := fitness(head, format{comma: d, loneCR: f.loneCR}, whole); fit > best {
			best, f.comma = fit, d
		}
	}
	return f
}

// declaredDelimiter reads the line "sep=;" that spreadsheets understand.
func declaredDelimiter(head []byte) (byte, bool) {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	return sepLine(string(line))
}

func sepLine(line string) (byte, bool) {
	line = strings.Trim(line, "\"\r\n")
	if len(line) != 5 || !strings.EqualFold(line[:4], "sep=") {
		return 0, false
	}
	return line[4], bytes.IndexByte(delimiters, line[4]) >= 0
}

// fitness is how well a delimiter explains the file's beginning: the share of
// records with as many cells as the widest of the header rows, then the
// number of cells. Zero if it splits nothing.
func fitness(head []byte, f format, whole bool) float64 {
	const look = 25
	var widths []int
	in := newRecords(bytes.NewReader(head), f)
	for len(widths) < look {
		cells, err := in.next()
		if err == io.EOF {
			if !whole && len(widths) > 1 {
				widths = widths[:len(widths)-1] // the last record may be cut
			}
			break
		}
		if err != nil {
			break
		}
		if !blank(cells) {
			widths = append(widths, len(cells))
		}
	}
	if len(widths) == 0 || widths[0] < 2 {
		return 0
	}
	same := 0
	for _, w := range widths {
		if w == widths[0] {
			same++
		}
	}
	// The width breaks ties only: it never outweighs one more fitting record.
	return float64(same)/float64(len(widths)) + float64(widths[0])/float64(maxColumns*look*2)
}

// checkDelimiter refuses a delimiter that a person asked for but no file has.
func checkDelimiter(d rune) error {
	if d == 0 || d < 128 && bytes.IndexByte(delimiters, byte(d)) >= 0 {
		return nil
	}
	return callback.Errorf(callback.CodeInvalid, "cannot split columns at %q", d).
		WithHint("the delimiter is one of , ; | or a tab")
}

// blank tells whether all cells are empty or spaces.
func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}
