package ui

import (
	"testing"

	tea "charm.land/bubbletea/v2"
)

func TestHotkeysOnOtherLayouts(t *testing.T) {
	for _, c := range []struct {
		name string
		in   tea.KeyPressMsg
		want string
	}{
		{"Cyrillic q", tea.KeyPressMsg{Code: 'й', Text: "й"}, "q"},
		{"Cyrillic G", tea.KeyPressMsg{Code: 'п', Text: "П", Mod: tea.ModShift, ShiftedCode: 'П'}, "G"},
		{"Cyrillic G without a report of shift", tea.KeyPressMsg{Code: 'П', Text: "П"}, "G"},
		{"Cyrillic colon", tea.KeyPressMsg{Code: 'ж', Text: "Ж", Mod: tea.ModShift}, ":"},
		{"Ukrainian s", tea.KeyPressMsg{Code: 'і', Text: "і"}, "s"},
		{"Greek j", tea.KeyPressMsg{Code: 'ξ', Text: "ξ"}, "j"},
		{"Greek K", tea.KeyPressMsg{Code: 'κ', Text: "Κ", Mod: tea.ModShift}, "K"},
		{"ctrl on Cyrillic", tea.KeyPressMsg{Code: 'л', Mod: tea.ModCtrl}, "ctrl+k"},
		{"a reported base code wins", tea.KeyPressMsg{Code: 'ф', Text: "ф", BaseCode: 'z'}, "z"},
		{"Hebrew by base code", tea.KeyPressMsg{Code: 'ח', Text: "ח", BaseCode: 'j'}, "j"},
		{"Hebrew without one stays", tea.KeyPressMsg{Code: 'ח', Text: "ח"}, "ח"},
		{"AZERTY means what is printed", tea.KeyPressMsg{Code: 'a', Text: "a", BaseCode: 'q'}, "a"},
		{"Polish letters stay", tea.KeyPressMsg{Code: 'ł', Text: "ł", BaseCode: 'l'}, "ł"},
		{"arrows stay", tea.KeyPressMsg{Code: tea.KeyDown, BaseCode: 0}, "down"},
	} {
		if got := latin(c.in).String(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestHotkeysWorkOnCyrillicAndTextStaysText(t *testing.T) {
	x := newHand(t, 80, 24, peopled)
	x.write("оо")
	x.sees("3/8")
	x.tell(tea.KeyPressMsg{Code: 'н', Text: "н"})
	x.sees("Copied")
	x.press("/")
	x.write("йц")
	x.sees("/ йц")
	if x.quit {
		t.Error("a Cyrillic letter of the filter quit the program")
	}
}

// Every key that a binding names can be pressed by the palette.
func TestPressOfGivesTheNamedKey(t *testing.T) {
	for _, b := range bindings(newKeyMap()) {
		for _, name := range b.Keys() {
			if got := pressOf(name).String(); got != name {
				t.Errorf("%s: pressing %q gives %q", b.Help().Desc, name, got)
			}
		}
	}
}
