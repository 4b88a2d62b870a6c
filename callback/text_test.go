package callback

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// hostile strings that have driven terminals, hidden text or broken lines.
var hostile = []string{
	"\x1b]52;c;ZXZpbA==\x07", "\x1b]0;title\x07", "\x1b[2J\x1b[H", "\x1b[8mhidden", "\x1bP$q\"p\x1b\\", "\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\",
	"\u009b31m", "\u009d0;x\u009c", "\x9b31mraw", "a\rb", "a\bb", "a\x00b", "a\vb", "a\x7fb", "a\x0eb", "\x05", "\x1b", "\x1b[", "\x1b]unterminated words",
	"\u202egnp.exe", "\u2066x\u2069", "a\u200bb", "a\u200cb", "م\u200c\u200cم", "\u200cم", "\u200d\u200d\u200d", "\ufeffx", "\U000e0041\U000e0042", "z" + strings.Repeat("\u0301", 60),
	"\u2028next", "\u2029next", "\ue000", "\xff\xfe", "\xed\xa0\x80", "👨‍👩‍👧‍👦", "🇪🇸", "1️⃣", "👍🏽", "\u3164", "\u2800", "\u00ad", "\u180e", "\ufff9x\ufffa", "\x1b[31", "\x1b\x1b[0m",
}

func TestHostileTextIsTamed(t *testing.T) {
	for _, raw := range hostile {
		for _, clean := range []Text{Clean(raw), Line(raw), Clean("before " + raw + " after")} {
			check(t, raw, clean)
		}
		if got := Clean("before " + raw + " after").String(); !strings.Contains(got, "before") || !strings.Contains(got, "after") {
			t.Errorf("%q swallowed the words around it: %q", raw, got)
		}
	}
	if !strings.Contains(Clean("\x1b]unterminated words").String(), "words") {
		t.Error("an unterminated sequence swallowed the customer's words")
	}
}

func check(t *testing.T, raw string, text Text) {
	t.Helper()
	if !utf8.ValidString(text.String()) {
		t.Errorf("%q gave invalid UTF-8", raw)
	}
	marks := 0
	for _, r := range text.String() {
		if r != '\n' && r != '\t' && r != nonJoiner && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs)) {
			t.Errorf("%q left %U", raw, r)
		}
		if unicode.Is(unicode.M, r) {
			marks++
		} else {
			marks = 0
		}
		if marks > maxMarks {
			t.Errorf("%q left a pile of marks", raw)
		}
	}
}

func TestOrdinaryTextStays(t *testing.T) {
	for _, s := range []string{
		"Nobody answers.", "Всё сломалось, ёлки", "サポートが遅い", "très déçu", "مرحبا", "line one\nline two", "tab\there", "emoji 🙂 fine", "ñandú", "İstanbul", "हिन्दी", "می\u200cخواهم",
	} {
		if got := Clean(s); got.String() != s || got.Altered() {
			t.Errorf("%q became %q (altered %v)", s, got.String(), got.Altered())
		}
	}
	if got := Line("two\nlines\t and  spaces").String(); got != "two lines and spaces" {
		t.Errorf("line is %q", got)
	}
	if got := Clean("e\u0301").String(); got != "é" {
		t.Errorf("not composed: %q", got)
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		text := Clean(raw)
		check(t, raw, text)
		if again := Clean(text.String()); again.String() != text.String() {
			t.Errorf("cleaning twice differs: %q, %q", text.String(), again.String())
		}
		if line := Line(raw).String(); strings.ContainsAny(line, "\n\t\r") {
			t.Errorf("line has breaks: %q", line)
		}
	})
}
