package ui

import (
	"strings"
	"testing"

	"ringback/callback"
)

// The list of outcomes begins at what the call already says, and at nothing
// where it says nothing: enter must not state what nobody chose.
func TestCallOutcomeFollowsWhatWasRecorded(t *testing.T) {
	for name, c := range map[string]struct {
		before []string
		want   callback.Disposition
	}{
		"nothing":            {nil, ""},
		"a promise":          {[]string{"p", "@Send a router", "enter", "@tomorrow 15:00", "enter"}, callback.TalkedPromise},
		"a promise half way": {[]string{"p", "@Send a router", "esc"}, ""},
		"a time":             {[]string{"c", "@tomorrow 15:00", "enter"}, callback.CallbackMine},
		"both":               {[]string{"c", "@tomorrow 15:00", "enter", "p", "@Send a router", "enter", "@tomorrow 12:00", "enter"}, callback.TalkedPromise},
	} {
		x := onCall(t, 80, 24, maria)
		x.talk()
		for _, k := range c.before {
			if text, ok := strings.CutPrefix(k, "@"); ok {
				x.write(text)
			} else {
				x.press(k)
			}
		}
		x.press("h", "o")
		p := x.call().pick
		switch {
		case c.want == "" && p.at >= 0:
			t.Errorf("%s: %q is in hand", name, p.rows[p.at].rule.Code)
		case c.want != "" && (p.at < 0 || p.rows[p.at].rule.Code != c.want):
			t.Errorf("%s: want %q in hand:\n%s", name, c.want, x.screen())
		}
		x.press("enter")
		if got := x.call().sheet.draft.Disposition; got != c.want {
			t.Errorf("%s: enter chose %q", name, got)
		}
		if c.want == "" {
			x.sees("Choose how the call ended", "You talked")
			x.press("down")
			x.sees("▸ 1")
			x.fits(name)
		}
	}
}

// A cause that says nothing by itself asks for words; the others leave the keys
// to the call at once.
func TestCallOtherCauseAsksForWords(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	x.talk()
	drivers := x.call().drivers()
	other := len(drivers)
	if d := drivers[other-1]; len(d.Causes) > 0 {
		t.Fatalf("the last driver has causes: %+v", d)
	}
	x.press("r")
	for range other - 1 {
		x.press("down")
	}
	x.press("enter", "1")
	x.sees("in your own words")
	x.write("The shop had moved")
	x.press("enter")
	if x.call().focus != fieldHome {
		t.Errorf("the focus is on %q", x.call().focus)
	}
	x.press("r", "1", "1", "1")
	if x.call().focus != fieldHome {
		t.Errorf("an exact cause asks for more: %q", x.call().focus)
	}
}

// Where nobody understood each other the call asks which language was heard; it
// may stay open, and what is no language is not saved.
func TestCallAsksWhichLanguageWasHeard(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {80, 24}, {120, 40}} {
		x := onCall(t, size[0], size[1], maria)
		x.talk()
		x.press("h", "o", "l")
		if x.call().focus != fieldLanguage {
			t.Fatalf("the focus is on %q:\n%s", x.call().focus, x.screen())
		}
		x.sees("which one you heard")
		x.write("Klingonish")
		x.press("enter")
		x.sees("not understood")
		x.fits("not understood")
		for range len("Klingonish") {
			x.press("backspace")
		}
		x.write("portug")
		x.sees("= Portuguese")
		x.fits("understood")
		x.press("enter")
		if x.call().focus != fieldHome {
			t.Errorf("the focus is on %q", x.call().focus)
		}
		if got := x.call().sheet.payload(x.call().now); got.Language != "pt" || got.Disposition != callback.LanguageBarrier {
			t.Errorf("%q, %s", got.Language, got.Disposition)
		}
		// Another outcome has no use for it.
		x.press("o", "m")
		if got := x.call().sheet.payload(x.call().now); got.Language != "" {
			t.Errorf("%q is kept with %s", got.Language, got.Disposition)
		}
	}
	x := onCall(t, 80, 24, maria)
	x.talk()
	x.press("h", "o", "l", "enter")
	if x.call().focus != fieldHome || x.call().sheet.payload(x.call().now).Language != "" {
		t.Errorf("it cannot stay open:\n%s", x.screen())
	}
}

// Before it is saved the call shows what was answered to the guide's questions.
func TestCallShowsTheAnswers(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {80, 24}, {120, 40}} {
		x := onCall(t, size[0], size[1], maria, asking)
		x.talk()
		x.press("w", "2")
		x.write("two days wages")
		x.press("enter", "h")
		x.sees("→ told us before", "→ two days wages")
		x.fits("the answers")
	}
}

// The footer says that there are more keys, and which one tells them; while one
// types, it offers none that would be text.
func TestFooterSaysThatThereIsMore(t *testing.T) {
	footer := func(x *hand) string {
		lines := strings.Split(strings.TrimRight(x.screen(), "\n"), "\n")
		return lines[len(lines)-1]
	}
	for _, w := range []int{60, 70, 80, 90, 100} {
		x := onCall(t, w, 24, maria)
		x.talk()
		if f := footer(x); !strings.Contains(f, " …") || !strings.Contains(f, "? help") {
			t.Errorf("at %d cells: %q", w, f)
		}
		x.press("n")
		if f := footer(x); !strings.Contains(f, "F1 help") || strings.Contains(f, "? help") || strings.Contains(f, "q quit") {
			t.Errorf("while typing, at %d cells: %q", w, f)
		}
		x.press("f1")
		x.sees("Keys of Call")
	}
	if f := footer(newHand(t, 200, 50, worked)); strings.Contains(f, "…") || !strings.Contains(f, "q quit") {
		t.Errorf("with room for all: %q", f)
	}
}

// A time to call is not dropped because the outcome says that nobody answered.
func TestCallKeepsNoTimeNobodyAgreedTo(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	x.talk()
	x.press("c")
	x.write("tomorrow 15:00")
	x.press("enter", "h", "o", "n")
	x.sees("with nobody reached none was agreed")
	if x.call().keep.recording || x.call().focus != fieldOutcome {
		t.Errorf("it went on:\n%s", x.screen())
	}
}

// The key that dials is one of those that end a call nobody answers: pressed
// twice it must not retire the number.
func TestCallDialPressedTwice(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	x.press("d", "d")
	x.sees("It is dialled already")
	if got := x.call().sheet.draft.Disposition; got != "" {
		t.Errorf("it ended as %s", got)
	}
	x.press("?")
	x.misses("promise")
}
