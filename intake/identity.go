package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// hashPrefix marks ids that were made from a row's cells.
const hashPrefix = "row-"

// identify makes an id for a row that has none: a hash over the names and
// words of its filled cells, each in one Unicode form with single spaces. It
// does not change with encoding, delimiter, row number, spacing, empty
// columns or a repaired reject file's own columns. Identical rows are one
// response: the same thing exported twice.
func identify(columns []Column, cells []string) string {
	h := sha256.New()
	for i, cell := range cells {
		if i >= len(columns) || ignored(columns[i]) {
			continue
		}
		cell = tidy(cell)
		if missing(Comment, cell) {
			continue
		}
		put(h, fold(columns[i].Name))
		put(h, squeeze(cell))
	}
	sum := h.Sum(nil)
	return hashPrefix + hex.EncodeToString(sum[:16])
}

// put adds a word and an end mark, so that "ab","c" is not "a","bc". The
// mark cannot occur in text, since NUL is dropped when a file is read.
func put(h hash.Hash, s string) {
	h.Write([]byte(s))
	h.Write([]byte{0})
}

func squeeze(s string) string {
	return norm.NFC.String(strings.Join(strings.Fields(s), " "))
}
