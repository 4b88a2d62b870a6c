package intake

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"ringback/callback"
)

// charset is how a file's bytes become text.
type charset struct {
	name string
	bom  int // bytes to skip at the start
	// enc is nil for UTF-8.
	enc encoding.Encoding
	// stray is how many bytes of a UTF-8 file are not UTF-8; they are read
	// as Windows-1252, the usual company of such bytes.
	stray int
}

// reader gives the text of r, whose first byte is the file's first.
func (c charset) reader(r io.Reader) (io.Reader, error) {
	if _, err := io.CopyN(io.Discard, r, int64(c.bom)); err != nil {
		return nil, fmt.Errorf("skip byte order mark: %w", err)
	}
	switch {
	case c.enc != nil:
		return transform.NewReader(r, c.enc.NewDecoder()), nil
	case c.stray > 0:
		return transform.NewReader(r, mender{}), nil
	default:
		return r, nil
	}
}

var (
	utf8BOM    = []byte{0xEF, 0xBB, 0xBF}
	utf16LEBOM = []byte{0xFF, 0xFE}
	utf16BEBOM = []byte{0xFE, 0xFF}

	utf16LE = charset{name: "UTF-16LE", enc: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}
	utf16BE = charset{name: "UTF-16BE", enc: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}
)

// namedCharset is the charset that a person named, by its WHATWG label.
func namedCharset(name string, head []byte) (charset, error) {
	enc, err := htmlindex.Get(name)
	if err != nil {
		return charset{}, callback.Errorf(callback.CodeInvalid, "unknown encoding %q", name).
			WithHint("name one like utf-8, utf-16le, windows-1251, windows-1252, koi8-r or shift_jis")
	}
	canonical, err := htmlindex.Name(enc)
	if err != nil {
		return charset{}, fmt.Errorf("name encoding: %w", err)
	}
	c := charset{name: canonical, enc: enc}
	switch {
	case canonical == "utf-8":
		c = charset{name: "UTF-8", stray: 1} // a wrong claim must not fail
		if bytes.HasPrefix(head, utf8BOM) {
			c.bom = len(utf8BOM)
		}
	case canonical == "utf-16le":
		c = utf16LE
		if bytes.HasPrefix(head, utf16LEBOM) {
			c.bom = len(utf16LEBOM)
		}
	case canonical == "utf-16be":
		c = utf16BE
		if bytes.HasPrefix(head, utf16BEBOM) {
			c.bom = len(utf16BEBOM)
		}
	}
	return c, nil
}

// detectCharset finds the encoding of the whole of r; head is its beginning.
// A byte order mark decides; then the zero bytes of UTF-16; then UTF-8 if the
// file holds more valid multi-byte characters than stray bytes; what is left
// is Windows-1251 or 1252, told apart by their letters.
func detectCharset(r io.Reader, head []byte) (charset, error) {
	switch {
	case bytes.HasPrefix(head, utf8BOM):
		c, err := detectBytes(r)
		return charset{name: "UTF-8", bom: len(utf8BOM), stray: c.stray}, err
	case bytes.HasPrefix(head, utf16LEBOM):
		c := utf16LE
		c.bom = len(utf16LEBOM)
		return c, nil
	case bytes.HasPrefix(head, utf16BEBOM):
		c := utf16BE
		c.bom = len(utf16BEBOM)
		return c, nil
	}
	if c, ok := bareUTF16(head); ok {
		return c, nil
	}
	found, err := detectBytes(r)
	if err != nil {
		return charset{}, err
	}
	switch {
	case found.stray <= found.multi:
		return charset{name: "UTF-8", stray: found.stray}, nil
	case found.letters.cyrillic():
		return charset{name: "Windows-1251", enc: charmap.Windows1251}, nil
	default:
		return charset{name: "Windows-1252", enc: charmap.Windows1252}, nil
	}
}

// bareUTF16 recognises UTF-16 without a mark: delimiters, digits, spaces and
// line ends of any language put zero bytes on one side of the pairs only.
func bareUTF16(head []byte) (charset, bool) {
	var zero [2]int
	var ends [2]bool // a line end or delimiter in that byte order
	pairs := len(head) / 2
	for i := range pairs {
		a, b := head[2*i], head[2*i+1]
		if a == 0 {
			zero[0]++
			ends[0] = ends[0] || bytes.IndexByte([]byte("\r\n\t,;|"), b) >= 0
		}
		if b == 0 {
			zero[1]++
			ends[1] = ends[1] || bytes.IndexByte([]byte("\r\n\t,;|"), a) >= 0
		}
	}
	// A tenth of the pairs is half of what the sparsest real text shows.
	enough := max(2, pairs/10)
	switch {
	case zero[1] >= enough && zero[1] > 8*zero[0] && ends[1]:
		return utf16LE, true
	case zero[0] >= enough && zero[0] > 8*zero[1] && ends[0]:
		return utf16BE, true
	}
	return charset{}, false
}

// findings are what detectBytes saw in a file without UTF-16's marks.
type findings struct {
	multi   int // valid UTF-8 characters of two bytes or more
	stray   int // bytes that are not UTF-8
	letters letters
}

func detectBytes(r io.Reader) (findings, error) {
	var f findings
	buf, kept := make([]byte, 64<<10), 0
	for {
		n, err := r.Read(buf[kept:])
		end := err == io.EOF
		if err != nil && !end {
			return f, fmt.Errorf("read file: %w", err)
		}
		rest := f.scan(buf[:kept+n], end)
		kept = copy(buf, rest)
		if end {
			return f, nil
		}
	}
}

// scan counts in data and returns the beginning of a character cut in two.
func (f *findings) scan(data []byte, last bool) []byte {
	for i := 0; i < len(data); {
		if data[i] < utf8.RuneSelf {
			f.letters.plain(data[i])
			i++
			continue
		}
		if !last && !utf8.FullRune(data[i:]) {
			return data[i:]
		}
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			f.stray++
			f.letters.high(data[i])
		} else {
			f.multi++
			for _, b := range data[i : i+size] {
				f.letters.high(b)
			}
		}
		i += size
	}
	return nil
}

// mender passes UTF-8 through and reads stray bytes as Windows-1252.
type mender struct{ transform.NopResetter }

func (mender) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		if !atEOF && !utf8.FullRune(src[nSrc:]) {
			return nDst, nSrc, transform.ErrShortSrc
		}
		r, size := utf8.DecodeRune(src[nSrc:])
		if r == utf8.RuneError && size == 1 {
			r = charmap.Windows1252.DecodeByte(src[nSrc])
		}
		if nDst+utf8.RuneLen(r) > len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc += size
	}
	return nDst, nSrc, nil
}
