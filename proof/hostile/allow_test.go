package hostile

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// allowed are the only sequences the desk may write: where the cursor goes, what is erased, colours and weights, the
// modes of a full-screen program, and its questions to the terminal. Anything else that begins with an escape is an
// attack that came through.
var allowed = []*regexp.Regexp{
	regexp.MustCompile(`^\x1b\[[0-9;]*[ABCDEFGHIJKLMPSTXZdfr@b]`),
	sgr,
	regexp.MustCompile(`^\x1b\[\?(1|7|12|25|1000|1002|1003|1004|1006|1049|2004|2026|2027|2031)(;[0-9]+)*[hl]`),
	regexp.MustCompile(`^\x1b\[\?(2026|2027)\$p`),
	regexp.MustCompile(`^\x1b\[[<=>?]?[0-9;]*u`),
	regexp.MustCompile(`^\x1b\[>4(;[0-9])?m`),
	regexp.MustCompile(`^\x1b\[\?5W`),
	regexp.MustCompile(`^\x1b\]2;ringback( · [A-Z][a-z]+)?(\x07|\x1b\\)`),
	regexp.MustCompile(`^\x1b\[(>0?)?[cq]`),
	regexp.MustCompile(`^\x1b\[[0-6] q`),
	regexp.MustCompile(`^\x1b\](10|11|12);\?(\x07|\x1b\\)`),
	regexp.MustCompile(`^\x1b\]11[0-2](\x07|\x1b\\)`),
	regexp.MustCompile(`^\x1b[=>M]`),
	clipboard,
}

var (
	sgr = regexp.MustCompile(`^\x1b\[([0-9;:]*)m`)
	// clipboard is the one way in which a number is copied; what it holds is looked at.
	clipboard = regexp.MustCompile(`^\x1b\]52;c;([A-Za-z0-9+/=]*)(\x07|\x1b\\)`)
	digitsOf  = regexp.MustCompile(`^\+?[0-9]*$`)
)

// refuse tells the first thing in a program's output that its terminal should never have been sent, or "".
func refuse(out []byte) string {
	marks := 0
	for i := 0; i < len(out); {
		rest := out[i:]
		if rest[0] == 0x1b {
			n, why := sequence(rest)
			if why != "" {
				return at(out, i, why)
			}
			i, marks = i+n, 0
			continue
		}
		r, n := utf8.DecodeRune(rest)
		switch {
		case r == utf8.RuneError && n == 1:
			return at(out, i, "a byte that is no UTF-8")
		case r == '\n', r == '\r', r == '\t', r == '\b':
		case r < 0x20, r == 0x7f, r >= 0x80 && r <= 0x9f:
			return at(out, i, fmt.Sprintf("the control %U", r))
		case unicode.In(r, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp, unicode.Cs), r == 0x034f, r == 0x115f, r == 0x3164, r == 0x180e,
			r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0000:
			return at(out, i, fmt.Sprintf("the hidden character %U", r))
		}
		if unicode.In(r, unicode.Mn, unicode.Me) {
			if marks++; marks > 3 {
				return at(out, i, "more than three marks on a letter")
			}
		} else {
			marks = 0
		}
		i += n
	}
	return ""
}

func sequence(rest []byte) (n int, why string) {
	for _, form := range allowed {
		found := form.FindSubmatch(rest)
		if found == nil {
			continue
		}
		switch form {
		case sgr:
			if conceals(string(found[1])) {
				return 0, "colours that conceal or blink"
			}
		case clipboard:
			if text, err := base64.StdEncoding.DecodeString(string(found[1])); err != nil || !digitsOf.Match(text) {
				return 0, fmt.Sprintf("%q for the clipboard", text)
			}
		}
		return len(found[0]), ""
	}
	return 0, "a sequence that is not on the list"
}

// conceals finds blinking (5, 6) and concealing (8) among the parameters of a colour, past those of 38, 48 and 58.
func conceals(params string) bool {
	list := strings.Split(params, ";")
	for i := 0; i < len(list); i++ {
		switch list[i] {
		case "38", "48", "58":
			if i+1 < len(list) && list[i+1] == "2" {
				i += 4
			} else {
				i += 2
			}
		case "5", "6", "8":
			return true
		}
	}
	return false
}

func at(out []byte, i int, why string) string {
	return fmt.Sprintf("%s at byte %d: %q", why, i, out[max(0, i-60):min(len(out), i+60)])
}

// The list must see every attack of the corpus as it stands, or it proves nothing; and let pass what a screen needs.
func TestTheAllowListSees(t *testing.T) {
	if len(vectors) < 40 {
		t.Fatalf("%d vectors", len(vectors))
	}
	blind := map[string]bool{ // these move or colour as the desk itself does: only where they stand makes them wrong
		"\x1b[31mred": true, "\x1b[2J\x1b[Hgone": true, "\x1b[?1049l": true, "\x1b[?25h\x1b[?1000h": true, "\x1b[c": true, "\x1b[1;1H\x1b[0J": true,
		"\x1b[38;2;0;0;0;48;2;0;0;0mblack on black": true, "back\b\b\b\bspace": true, "carriage\rreturn": true,
	}
	for i, v := range vectors {
		if got := refuse([]byte(v)); (got == "") != blind[v] {
			t.Errorf("vector %d, %q: refused %q", i, v, got)
		}
	}
	for _, fine := range []string{"\x1b[1;38;2;1;5;8mred\x1b[0m", "Ответ, 答え, é, 👍", "\x1b]52;c;KzEyMDE=\x07", "\x1b[?2026h\x1b[H\x1b[2K"} {
		if why := refuse([]byte(fine)); why != "" {
			t.Errorf("%q: %s", fine, why)
		}
	}
}
