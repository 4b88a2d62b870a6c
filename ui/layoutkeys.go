package ui

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// Hotkeys are found by where a key lies, not by what is printed on it: on a
// Cyrillic or Greek layout the key of "q" must still quit.

// physical maps the letters of layouts to the US key in the same place.
var physical = func() map[rune]rune {
	m := map[rune]rune{}
	rows := []struct{ there, us string }{
		{"йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"}, // Russian
		{"іїєґў", `s]'\o`}, // Ukrainian, Belarusian
		{"ςερτυθιοπασδφγηξκλζχψωβνμ", "wertyuiopasdfghjklzxcvbnm"}, // Greek
	}
	shifted := strings.NewReplacer("[", "{", "]", "}", ";", ":", "'", `"`, ",", "<", ".", ">", "`", "~", `\`, "|")
	for _, r := range rows {
		us := []rune(r.us)
		for i, there := range []rune(r.there) {
			m[there] = us[i]
			if up := unicode.ToUpper(there); up != there {
				m[up] = []rune(shifted.Replace(strings.ToUpper(string(us[i]))))[0]
			}
		}
	}
	return m
}()

// latin gives the key press that the same key makes on a US layout: by the
// base code where the terminal reports it, else by the place of the letter.
// Presses of Latin letters, figures and signs are given back as they are: on
// an AZERTY keyboard the printed letter counts.
func latin(msg tea.KeyPressMsg) tea.KeyPressMsg {
	if msg.Code < unicode.MaxLatin1 || unicode.Is(unicode.Latin, msg.Code) || !unicode.IsLetter(msg.Code) {
		return msg
	}
	upper := msg.Mod.Contains(tea.ModShift) || unicode.IsUpper([]rune(msg.Text + "\x00")[0])
	us, ok := physical[msg.Code]
	if ok && msg.Text != "" {
		us = physical[[]rune(msg.Text)[0]]
	}
	if msg.BaseCode != 0 {
		us, ok = msg.BaseCode, true
		if upper {
			us = unicode.ToUpper(us)
		}
	}
	if !ok || us == 0 {
		return msg
	}
	out := msg
	out.Code, out.BaseCode, out.ShiftedCode = unicode.ToLower(us), 0, 0
	if msg.Text != "" {
		out.Text = string(us)
	}
	return out
}

// namedKeys are the keys that a binding calls by name.
var namedKeys = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft,
	"right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd,
	"space": tea.KeySpace, "tab": tea.KeyTab, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete, "f1": tea.KeyF1,
}

// pressOf makes the press of a key that a binding names, such as "ctrl+k":
// the palette acts through the same door as the keyboard.
func pressOf(name string) tea.KeyPressMsg {
	var out tea.KeyPressMsg
	rest := name
	for _, m := range []struct {
		prefix string
		mod    tea.KeyMod
	}{{"ctrl+", tea.ModCtrl}, {"alt+", tea.ModAlt}, {"shift+", tea.ModShift}} {
		if cut, ok := strings.CutPrefix(rest, m.prefix); ok && cut != "" {
			rest, out.Mod = cut, out.Mod|m.mod
		}
	}
	if code, ok := namedKeys[rest]; ok {
		out.Code = code
		if code == tea.KeySpace && out.Mod == 0 {
			out.Text = " "
		}
		return out
	}
	r := []rune(rest)[0]
	out.Code = unicode.ToLower(r)
	if out.Mod&^tea.ModShift == 0 {
		out.Text = string(r)
		if unicode.IsUpper(r) {
			out.Mod, out.ShiftedCode = tea.ModShift, r
		}
	}
	return out
}
