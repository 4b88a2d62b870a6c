package intake

import (
	"regexp"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// key is a name as the word tables write it: lower case, words parted by one
// space, camelCase and snake_case taken apart, no punctuation.
func key(s string) string {
	var b strings.Builder
	runes := []rune(norm.NFKC.String(s))
	for i, r := range runes {
		switch {
		case unicode.IsUpper(r):
			after := i > 0 && (unicode.IsLower(runes[i-1]) || unicode.IsDigit(runes[i-1]))
			before := i > 0 && i+1 < len(runes) && unicode.IsUpper(runes[i-1]) && unicode.IsLower(runes[i+1])
			if after || before {
				b.WriteByte(' ')
			}
			b.WriteRune(unicode.ToLower(r))
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// fold makes names comparable: a person may type them in any case, with any
// spacing.
func fold(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(s)), " "))
}

// tidy trims a cell and takes off the apostrophe that guards against formulas.
func tidy(cell string) string {
	cell = strings.TrimFunc(cell, func(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' })
	if rest, ok := strings.CutPrefix(cell, "'"); ok && formulaStart(rest) {
		return rest
	}
	return cell
}

// words makes a set of keys, when it is first looked at: most runs of the
// program read no file.
func words(list ...string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		set := make(map[string]bool, len(list))
		for _, w := range list {
			set[key(w)] = true
		}
		return set
	})
}

// pattern compiles a regular expression when it is first needed.
func pattern(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// empties are the words for "nothing" that tools write into cells.
var empties = map[string]bool{
	"": true, "na": true, "n/a": true, "#n/a": true, "null": true, "nan": true,
	`\n`: true, "-": true, "–": true, "—": true, "(null)": true, "{}": true,
}

// missing tells whether a tidy cell stands for nothing in the given field.
// NA is Namibia to a region, and Na may be a person's name.
func missing(field Field, cell string) bool {
	if len(cell) > 8 {
		return false
	}
	switch {
	case field == Region && strings.EqualFold(cell, "NA"):
		return false
	case field == Name && strings.EqualFold(cell, "na") && cell != "NA":
		return false
	}
	return empties[strings.ToLower(cell)]
}

// asciiDigits turns full-width, Arabic-Indic and other decimal digits into
// ASCII ones, and narrow or unbreakable spaces into plain ones.
func asciiDigits(s string) string {
	plain := true
	for i := range len(s) {
		if s[i] >= 0x80 {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r < 0x80 {
			return r
		}
		for _, zero := range zeros {
			if r >= zero && r <= zero+9 {
				return '0' + r - zero
			}
		}
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r >= 0xFF01 && r <= 0xFF5E: // full-width punctuation
			return r - 0xFEE0
		}
		return r
	}, s)
}

// zeros are the noughts of the scripts whose digits surveys bring along.
var zeros = []rune{
	0x0660, // Arabic-Indic
	0x06F0, // Persian, Urdu
	0x0966, // Devanagari
	0x09E6, // Bengali
	0x0E50, // Thai
	0xFF10, // full-width
}
