package callback

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Text is foreign text that has been cleaned: it cannot drive a terminal,
// reverse the words around it or hide. Only Clean and Line make one, and
// screens accept nothing else.
type Text struct {
	s       string
	altered bool
}

// String gives the cleaned text.
func (t Text) String() string { return t.s }

// Altered tells that something that could not be shown was removed.
func (t Text) Altered() bool { return t.altered }

// maxMarks is how many combining marks may follow one letter: enough for
// Vietnamese and pointed Hebrew, too few to climb over other lines.
const maxMarks = 3

// maxTextBytes bounds any cleaned text.
const maxTextBytes = 64 << 10

// Clean makes text of several lines safe to show: line feeds and tabs stay,
// carriage returns become line feeds; other controls, format characters
// (bidirectional, zero-width, tags), private-use characters and invalid UTF-8
// are removed; the rest is composed (NFC), with at most three marks a letter.
// Emoji sequences are reduced to their first picture and flags to letters, so
// that every terminal agrees on the width.
func Clean(raw string) Text { return clean(raw, true) }

// Line makes text safe to show on one line: line breaks and tabs become
// spaces, and runs of spaces are folded.
func Line(raw string) Text {
	t := clean(raw, false)
	t.s = strings.Join(strings.Fields(t.s), " ")
	return t
}

func clean(raw string, lines bool) Text {
	if plain(raw, lines) {
		return Text{s: raw}
	}
	c := cleaner{lines: lines}
	if len(raw) > maxTextBytes {
		cut := maxTextBytes
		for cut > maxTextBytes-utf8.UTFMax && !utf8.RuneStart(raw[cut]) {
			cut--
		}
		raw, c.altered = raw[:cut], true
	}
	raw = strings.ReplaceAll(raw, "\r\n", "\n")
	raw = dropEscapes(raw, &c)
	for i := 0; i < len(raw); {
		r, w := utf8.DecodeRuneInString(raw[i:])
		i += w
		if r == nonJoiner && c.joins(raw[i:]) {
			c.b.WriteRune(r)
			continue
		}
		c.add(r, w)
		c.last = r
	}
	return Text{s: norm.NFC.String(c.b.String()), altered: c.altered}
}

// plain finds the ordinary case fast: printable ASCII needs no work.
func plain(s string, lines bool) bool {
	if len(s) > maxTextBytes {
		return false
	}
	for i := range len(s) {
		b := s[i]
		if b >= 0x20 && b < 0x7f || lines && (b == '\n' || b == '\t') {
			continue
		}
		return false
	}
	return true
}

// nonJoiner (ZERO WIDTH NON-JOINER) parts letters that would otherwise join. It
// is spelling in Persian, Urdu and Kurdish, and nothing anywhere else.
const nonJoiner = '\u200C'

// cleaner decides rune by rune.
type cleaner struct {
	b       strings.Builder
	lines   bool
	marks   int
	altered bool
	// last is the rune before.
	last rune
}

// joins tells whether the letters on both sides of a non-joiner are Arabic
// ones, which it may part (Unicode Standard Annex 31, A1).
func (c *cleaner) joins(rest string) bool {
	next, _ := utf8.DecodeRuneInString(rest)
	return arabicLetter(c.last) && arabicLetter(next)
}

func arabicLetter(r rune) bool { return unicode.Is(unicode.Arabic, r) && unicode.IsLetter(r) }

func (c *cleaner) add(r rune, width int) {
	switch {
	case r == utf8.RuneError && width <= 1:
		c.drop('\uFFFD')
	case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' || r == '\v' || r == '\f' || r == '\u0085':
		c.breakLine()
	case r == '\t':
		c.put('\t', ' ')
	case unicode.IsControl(r):
		c.drop('\uFFFD')
	case r == '\u00A0' || unicode.Is(unicode.Zs, r):
		c.marks = 0
		c.b.WriteRune(' ')
	case invisible(r):
		c.drop(0)
	case r >= 0x1F1E6 && r <= 0x1F1FF: // regional indicators: flags become letters
		c.marks, c.altered = 0, true
		c.b.WriteRune('A' + r - 0x1F1E6)
	case unicode.Is(unicode.M, r):
		if c.marks++; c.marks > maxMarks {
			c.altered = true
			return
		}
		c.b.WriteRune(r)
	default:
		c.marks = 0
		c.b.WriteRune(r)
	}
}

func (c *cleaner) breakLine() { c.put('\n', ' ') }

func (c *cleaner) put(many, one rune) {
	c.marks = 0
	if c.lines {
		c.b.WriteRune(many)
		return
	}
	c.b.WriteRune(one)
}

func (c *cleaner) drop(instead rune) {
	c.altered = true
	if instead != 0 {
		c.marks = 0
		c.b.WriteRune(instead)
	}
}

// invisible tells of characters that are not seen but change what is: format
// characters, variation selectors, skin tones, keycap marks, private use,
// surrogates, noncharacters, fillers and unassigned tags.
func invisible(r rune) bool {
	switch {
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF, r == 0x20E3, r >= 0x1F3FB && r <= 0x1F3FF:
		return true
	case r == 0x3164, r == 0x115F, r == 0x1160, r == 0xFFA0, r == 0x034F, r == 0x17B4, r == 0x17B5, r == 0x2800:
		return true
	case r >= 0xE0000 && r <= 0xE0FFF, r >= 0xFFF0 && r <= 0xFFFB:
		return true
	}
	return unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs, unicode.Noncharacter_Code_Point)
}

// dropEscapes removes whole escape sequences, so that their parameters do not
// stay behind as text. An unterminated one loses only its introducer: the
// customer's words after it are kept.
func dropEscapes(s string, c *cleaner) string {
	if !strings.ContainsAny(s, "\x1b\u009b") {
		return s
	}
	c.altered = true
	var b strings.Builder
	for i := 0; i < len(s); {
		if n := escape(s[i:]); n > 0 {
			i += n
			continue
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

// maxEscape bounds the length of a sequence that is removed as a whole.
const maxEscape = 4 << 10

// escape gives the length of the escape sequence that s begins with, or 0.
func escape(s string) int {
	switch {
	case strings.HasPrefix(s, "\u009b"):
		return csi(s, 2)
	case s[0] != 0x1b:
		return 0
	case len(s) == 1:
		return 1
	}
	switch s[1] {
	case '[':
		return csi(s, 2)
	case ']', 'P', 'X', '^', '_':
		for i := 2; i < len(s) && i < maxEscape; i++ {
			if s[i] == 0x07 {
				return i + 1
			}
			if s[i] == 0x1b && i+1 < len(s) && s[i+1] == '\\' {
				return i + 2
			}
		}
		return 2
	}
	if s[1] >= 0x20 && s[1] < 0x7f {
		return 2
	}
	return 1
}

// csi gives the end of a control sequence whose parameters begin at from. The
// space that a few sequences hold before their last byte is taken for the end
// of a broken one: better a stray letter than half of a customer's word.
func csi(s string, from int) int {
	for i := from; i < len(s) && i < from+64; i++ {
		if s[i] >= 0x40 && s[i] <= 0x7e {
			return i + 1
		}
		if s[i] <= 0x20 || s[i] > 0x7e {
			break
		}
	}
	return from
}
