package intake

import (
	"strings"

	"github.com/wlynxg/chardet"
)

// letters gathers what tells Windows-1251 from Windows-1252: in Cyrillic text
// whole words are high bytes, in Western text high letters stand alone among
// ASCII ones.
type letters struct {
	high1, pairs, beside int
	common               int // the six commonest Russian letters as 1251 writes them
	last                 byte
	sample               []byte
}

// sampleSize is how much text with high bytes chardet is shown; its verdict
// is as good on a few KiB as on the whole.
const sampleSize = 16 << 10

func (l *letters) plain(b byte) {
	if l.last >= 0xC0 && asciiLetter(b) {
		l.beside++
	}
	if len(l.sample) > 0 {
		l.keep(b)
	}
	l.last = b
}

func (l *letters) high(b byte) {
	if b >= 0xC0 {
		l.high1++
		switch {
		case l.last >= 0xC0:
			l.pairs++
		case asciiLetter(l.last):
			l.beside++
		}
		switch b {
		case 0xEE, 0xE5, 0xE0, 0xE8, 0xED, 0xF2, 0xCE, 0xC5, 0xC0, 0xC8, 0xCD, 0xD2: // о е а и н т
			l.common++
		}
	}
	l.keep(b)
	l.last = b
}

func (l *letters) keep(b byte) {
	if len(l.sample) < sampleSize {
		l.sample = append(l.sample, b)
	}
}

// cyrillic tells whether the high bytes are Cyrillic. Neighbours decide
// clear cases; the six commonest letters make up half of any Russian text
// and must show in it. chardet is asked where the neighbours leave doubt.
func (l *letters) cyrillic() bool {
	if l.high1 == 0 {
		return false
	}
	frequent := float64(l.common)/float64(l.high1) >= 0.25
	switch {
	case l.pairs > 2*l.beside && frequent:
		return true
	case l.pairs*4 < l.beside:
		return false
	}
	found := chardet.Detect(l.sample)
	return frequent && found.Confidence >= 0.5 && strings.EqualFold(found.Encoding, "windows-1251")
}

func asciiLetter(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}
