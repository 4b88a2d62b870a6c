package server

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// wordLen is how many characters a short word has at most.
const wordLen = 64

// isShortWord tells whether something may be the id of a team, user, device or stream, which stand in keys,
// addresses and logs: 1 to 64 letters, digits, dots, dashes, underscores and @, a letter or digit first.
// These are loops and no regular expressions, since those took most of the time in which a program starts.
func isShortWord(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	return word != "" && letterOrDigit(first) && madeOf(word, "._@-")
}

// isPlainDetail lets up to four short words through that name things, and no sentences.
func isPlainDetail(detail string) bool {
	words := strings.Split(detail, " ")
	for i, word := range words {
		if i > 0 && word == "" || !madeOf(word, "._:=+/@-") {
			return false
		}
	}
	return len(words) <= 4
}

// madeOf tells whether a word is of letters, digits and some signs, and short.
func madeOf(word, signs string) bool {
	n := 0
	for _, r := range word {
		n++
		if n > wordLen || !letterOrDigit(r) && !strings.ContainsRune(signs, r) {
			return false
		}
	}
	return true
}

func letterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
