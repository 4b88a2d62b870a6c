package callback_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ringback/callback"
)

// A code is read as people type it, and nothing else is a code.
func TestPairingCodes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		code, ok := callback.PairingCode(rapid.SliceOfN(rapid.ByteMax(239), 8, 32).Draw(t, "random"))
		if !ok || strings.ContainsAny(code, "AEIOUY0123456789") {
			t.Fatalf("%q %v", code, ok)
		}
		for _, typed := range []string{code, strings.ToLower(code), callback.SpellPairingCode(code), " " + code[:4] + " " + code[4:] + "\n", code[:2] + "-" + code[2:]} {
			if got, err := callback.ReadPairingCode(typed); err != nil || got != code {
				t.Errorf("%q is read as %q, %v", typed, got, err)
			}
		}
	})
	if _, ok := callback.PairingCode([]byte{1, 2, 3, 250, 251, 252, 253, 254}); ok {
		t.Error("a code of too few bytes")
	}
	for _, bad := range []string{"", "BCDFGHJ", "BCDFGHJKL", "BCDFGHJA", "BCDF GHJ1", "BCDFGHJ\x1b"} {
		if _, err := callback.ReadPairingCode(bad); callback.CodeOf(err) != callback.CodeInvalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
