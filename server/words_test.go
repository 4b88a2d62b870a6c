package server

import (
	"strings"
	"testing"
)

func TestShortWords(t *testing.T) {
	for word, fits := range map[string]bool{
		"a": true, "anna": true, "Анна": true, "7": true, "a.b_c@d-e": true, strings.Repeat("я", 64): true,
		"": false, ".a": false, "-a": false, "a b": false, "a\n": false, "a/b": false, "a:b": false, "\xff": false, "a\xff": false,
		"a\u202eb": false, "e\u0301": false, strings.Repeat("я", 65): false,
	} {
		if isShortWord(word) != fits {
			t.Errorf("%q: %v", word, !fits)
		}
	}
}
