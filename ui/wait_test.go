package ui

import (
	"errors"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// burst presses keys faster than the desk reads: what they ask for is answered
// when the last one is in.
func (x *hand) burst(names ...string) {
	x.t.Helper()
	var asked []tea.Cmd
	for _, n := range names {
		_, cmd := x.app.Update(pressOf(n))
		asked = append(asked, cmd)
	}
	for _, cmd := range asked {
		x.drain(cmd)
	}
}

func letters(text string) (out []string) {
	for _, r := range text {
		out = append(out, string(r))
	}
	return out
}

// Keys that follow in one burst the one that asks for a box are the box's,
// though it opens only when the desk has read what it shows.
func TestKeysOfABurstAreTheBoxs(t *testing.T) {
	caller := append(append([]string{"i"}, letters("0004")...), "enter")
	tests := []struct {
		name string
		keys []string
		// sees is on the screen after the keys, front is in front.
		sees  []string
		front string
		check func(t *testing.T, x *hand)
	}{
		{name: "take along", keys: []string{"t", "enter"}, sees: []string{"7 of 20 are yours until"}, front: queueTitle, check: func(t *testing.T, x *hand) {
			if x.desk.calls["Take"] != 1 {
				t.Errorf("%d packs were taken", x.desk.calls["Take"])
			}
		}},
		{name: "take along, not", keys: []string{"t", "esc", "n"}, sees: []string{"Note on"}, front: queueTitle, check: func(t *testing.T, x *hand) {
			if x.desk.calls["Take"] != 0 {
				t.Error("it took cases along after esc")
			}
		}},
		{name: "why nothing", keys: []string{"w", "enter"}, front: queueTitle},
		{name: "why nothing, closed by its own key", keys: []string{"w", "w", "s"}, sees: []string{"Skip Анастасия"}, front: queueTitle},
		{name: "who rings", keys: append(caller, "enter", "enter"), sees: []string{"Who rings?", "John Smith"}, front: queueTitle},
		{name: "nobody by that", keys: append(append([]string{"i"}, letters("zzz")...), "enter", "a"), sees: []string{"zzz", "Number", "About"}, front: queueTitle},
		{name: "a call", keys: append([]string{"enter", "n"}, letters("hello")...), sees: []string{"preparing", "hello"}, front: callTitle},
		{name: "a command", keys: append(append([]string{":"}, letters("ad-hoc")...), "enter", "6", "1"), sees: []string{"61", "About"}, front: queueTitle},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := newHand(t, 80, 24, calling)
			x.burst(tt.keys...)
			x.sees(tt.sees...)
			if x.front() != tt.front {
				t.Errorf("in front is %s:\n%s", x.front(), x.screen())
			}
			if len(x.desk.journal) > 0 {
				t.Errorf("recorded %+v", x.desk.journal)
			}
			if tt.check != nil {
				tt.check(t, x)
			}
		})
	}
}

// What was typed for a box that could not open is nobody's: it does not act on
// the case beneath.
func TestKeysForABoxThatFailed(t *testing.T) {
	gone := errors.New("the disk is gone")
	for method, keys := range map[string][]string{
		"Policy": {"t", "enter"}, "Why": {"w", "enter"}, "Find": append(append([]string{"i"}, letters("0004")...), "enter", "enter"), "Case": {"enter", "s"},
	} {
		x := newHand(t, 80, 24, calling)
		x.desk.fails[method] = gone
		x.burst(keys...)
		x.sees("the disk is gone")
		if len(x.app.dialogs) > 0 || x.call().sheet != nil {
			t.Errorf("%s: the keys opened something else:\n%s", method, x.screen())
		}
		x.press("5")
		if x.front() != syncTitle {
			t.Errorf("%s: keys are still held", method)
		}
	}
}

// A desk that takes its time does not take the keys with it: they are held for
// a while only, and ctrl+c always ends the program.
func TestKeysAreNotHeldForLong(t *testing.T) {
	x := newHand(t, 80, 24, calling)
	_, slow := x.app.Update(pressOf("t"))
	x.press("enter")
	if x.front() != queueTitle {
		t.Fatal("enter opened the case beneath")
	}
	x.wait(waitAtMost + time.Second)
	if x.press("5"); x.front() != syncTitle {
		t.Error("the keys are held after the patience is over")
	}
	x.press("1")
	x.drain(slow)
	x.sees("Take the next")
	if x.desk.calls["Take"] != 0 {
		t.Error("a key that was typed long before took cases along")
	}
	x = newHand(t, 80, 24, calling)
	x.app.Update(pressOf("w"))
	x.press("ctrl+c")
	if !x.quit {
		t.Error("ctrl+c was held")
	}
}

// A click while a box is read does not choose another case for it.
func TestClicksWaitForTheBox(t *testing.T) {
	x := newHand(t, 80, 24, calling)
	_, cmd := x.app.Update(pressOf("t"))
	x.app.Update(tea.MouseClickMsg{X: 40, Y: 0, Button: tea.MouseLeft})
	x.drain(cmd)
	x.sees("Take the next")
	if x.front() != queueTitle {
		t.Errorf("in front is %s", x.front())
	}
}

// Text that is pasted on the heels of the key is the box's too.
func TestPasteWaitsForTheBox(t *testing.T) {
	x := newHand(t, 80, 24, calling)
	_, cmd := x.app.Update(pressOf("t"))
	x.app.Update(pressOf("ctrl+u"))
	x.app.Update(tea.PasteMsg{Content: "tomorrow 12:00"})
	x.drain(cmd)
	x.sees("> tomorrow 12:00")
}
