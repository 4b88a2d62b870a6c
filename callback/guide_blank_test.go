package callback_test

import (
	"testing"

	"ringback/callback"
)

// What the desk knows is filled in, in every way a trainer writes it; the rest
// stays readable.
func TestFillBlanks(t *testing.T) {
	known := map[callback.Blank]string{callback.BlankAgent: "Nora", callback.BlankCustomer: "[Bo] Ruiz"}
	for words, want := range map[string]string{
		"I am [your name] from [company].":    "I am Nora from [company].",
		"Меня зовут [имя], [клиент]?":         "Меня зовут Nora, [Bo] Ruiz?",
		"[What], by [day]; [ Customer ] said": "[What], by [day]; [Bo] Ruiz said",
		"[] [[customer]] [customer":           "[] [[Bo] Ruiz] [customer",
		"[your\nname]":                        "[your\nname]",
	} {
		if got := callback.FillBlanks(words, func(b callback.Blank) string { return known[b] }); got != want {
			t.Errorf("%q became %q, want %q", words, got, want)
		}
	}
}
