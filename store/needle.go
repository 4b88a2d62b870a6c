package store

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// needle is a text to be found ignoring case, in the simple folding of the
// Unicode Character Database.
type needle struct {
	runes []rune
	// starts are the forms that the first rune may have, in UTF-8.
	starts [][]byte
}

// foldRune gives the one rune that stands for all forms of a letter.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	if 'A' <= least && least <= 'Z' {
		least += 'a' - 'A'
	}
	return least
}

func newNeedle(text string) needle {
	var n needle
	for _, r := range text {
		n.runes = append(n.runes, foldRune(r))
	}
	if len(n.runes) == 0 {
		return n
	}
	first := n.runes[0]
	n.starts = append(n.starts, utf8.AppendRune(nil, first))
	for f := unicode.SimpleFold(first); f != first; f = unicode.SimpleFold(f) {
		n.starts = append(n.starts, utf8.AppendRune(nil, f))
	}
	return n
}

// in tells whether the text is there.
func (n needle) in(hay []byte) bool {
	if len(n.runes) == 0 {
		return true
	}
	for _, start := range n.starts {
		for at := 0; ; {
			i := bytes.Index(hay[at:], start)
			if i < 0 {
				break
			}
			at += i + len(start)
			if n.follows(hay[at:]) {
				return true
			}
		}
	}
	return false
}

// follows tells whether the runes after the first come next.
func (n needle) follows(hay []byte) bool {
	for _, want := range n.runes[1:] {
		if len(hay) == 0 {
			return false
		}
		r, w := rune(hay[0]), 1
		if r >= utf8.RuneSelf {
			r, w = utf8.DecodeRune(hay)
		}
		if foldRune(r) != want {
			return false
		}
		hay = hay[w:]
	}
	return true
}

// longestRun gives the longest part of a text that stands in JSON as it is:
// quotes, controls and what some encoders escape for HTML may not.
func longestRun(text string) string {
	best := ""
	for _, part := range strings.FieldsFunc(text, func(r rune) bool {
		return r < ' ' || strings.ContainsRune("\"\\/<>&'\u007f\u2028\u2029\uFFFD", r)
	}) {
		if len(part) > len(best) {
			best = part
		}
	}
	return best
}
