package ui

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

func TestTabs(t *testing.T) {
	x := newHand(t, 120, 40, worked)
	for i, s := range x.app.screens {
		x.press(fmt.Sprint(i + 1))
		if x.front() != s.Title() {
			t.Errorf("%d shows %s, not %s", i+1, x.front(), s.Title())
		}
	}
	x.press("9")
	if x.front() != floorTitle {
		t.Errorf("9 shows %s", x.front())
	}
	x.tell(tea.MouseClickMsg{X: 3, Y: 0, Button: tea.MouseLeft})
	if x.front() != queueTitle {
		t.Errorf("a click on the first tab shows %s", x.front())
	}
	x.press("/", "alt+2")
	if x.front() == queueTitle {
		t.Error("alt+2 did not leave the filter")
	}
}

func TestHeader(t *testing.T) {
	x := newHand(t, 140, 24, worked)
	x.sees("1 Queue", "Anna García · north", "● live since 08:30", "↑ 2 to send", "10:30")
	x.desk.status = callback.LinkStatus{State: callback.LinkOffline, Since: monday, Problem: "ringback.example does not answer.", Hint: "check the network"}
	x.tell(bell{})
	x.sees("○ offline since 10:30", "ringback.example does not answer; check the network")
	x.desk.status = callback.LinkStatus{State: callback.LinkPolling, Busy: "Fetching cases", Done: 50, Of: 200}
	x.wait(restPoll + time.Second)
	x.sees("◐ syncing 25 %")
	x.desk.status.Done = 100
	x.wait(busyPoll)
	x.sees("◐ syncing 50 %")
	x.wait(time.Hour)
	x.sees("11:30")
}

func TestHeaderFitsByDroppingWords(t *testing.T) {
	x := newHand(t, 60, 16, worked, func(_ *fake, o *Options) { o.Look.Theme = "dark" })
	x.sees("1 Queue", "● live", "↑ 2", "10:30")
	x.misses("Anna", "2 Call")
}

func TestQuit(t *testing.T) {
	x := newHand(t, 80, 24, peopled)
	x.press("q")
	if !x.quit {
		t.Error("q did not quit")
	}
	x = newHand(t, 80, 24, peopled)
	x.press("/", "ctrl+c")
	if !x.quit {
		t.Error("ctrl+c did not quit")
	}
}

// busy is a screen with a call in progress: it asks before the program ends.
type busy struct{ screen }

func (busy) Leave() dialog { return &leaveDialog{} }

type leaveDialog struct{}

func (*leaveDialog) Update(msg tea.Msg) (bool, tea.Cmd) {
	switch k, _ := msg.(tea.KeyPressMsg); k.String() {
	case "y":
		return true, send(letGo{})
	case "n":
		return true, nil
	}
	return false, nil
}

func (*leaveDialog) View(int, int) string { return "Leave the call? y/n" }

func TestLeavingAsksFirst(t *testing.T) {
	open := func() *hand {
		x := newHand(t, 80, 24, peopled)
		x.app.screens[0] = busy{x.app.screens[0]}
		return x
	}
	x := open()
	x.press("q")
	x.sees("Leave the call?")
	x.press("n")
	if x.quit {
		t.Error("the program ended though the agent said no")
	}
	x.tell(letGo{})
	if x.quit {
		t.Error("a wish that was given up came true later")
	}
	x.press("2")
	if x.front() == queueTitle {
		t.Error("the other screens cannot be looked at")
	}
	x.press("q")
	x.sees("Leave the call?")
	x.press("y")
	if !x.quit {
		t.Error("the program did not end")
	}
	x = open()
	x.press("ctrl+c", "ctrl+c")
	if !x.quit {
		t.Error("a second ctrl+c did not end the program")
	}
	x = open()
	x.tell(tea.KeyPressMsg{Code: 'й', Text: "й"})
	x.tell(tea.KeyPressMsg{Code: 'н', Text: "н"})
	if !x.quit {
		t.Error("the keys of q and y on a Cyrillic layout did not end the program")
	}
}

func TestUndo(t *testing.T) {
	x := newHand(t, 100, 24, peopled)
	x.press("u")
	x.press("n")
	x.write("wrong")
	x.press("enter")
	x.sees("Noted on", "u undo · 15 s", "↑ 1 to send")
	x.wait(5 * time.Second)
	x.sees("u undo · 10 s")
	x.press("u")
	x.sees("Taken back: Noted on")
	x.misses("undo ·", "to send")
	if x.desk.journal[0].State != callback.Withdrawn {
		t.Errorf("the event is %s", x.desk.journal[0].State)
	}

	x.press("n")
	x.write("right")
	x.press("enter")
	x.wait(undoFor + time.Second)
	x.misses("undo ·")
	x.press("n")
	x.write("sent at once")
	x.press("enter")
	x.desk.journal[1].State, x.desk.journal[2].State = callback.Settled, callback.Settled
	x.tell(bell{})
	x.misses("undo ·")
}

func TestUndoTooLate(t *testing.T) {
	x := newHand(t, 120, 24, peopled)
	x.press("n")
	x.write("oops")
	x.press("enter")
	x.desk.journal[0].State = callback.Sent
	x.press("u")
	x.sees("Could not undo: it has been sent already")
}

func TestNotesQueueAndExpire(t *testing.T) {
	x := newHand(t, 100, 24, peopled)
	x.tell(notice{"First."})
	x.tell(failed{"do the second", errors.New("no")})
	x.sees("! Could not do the second: no")
	x.misses("First.")
	x.wait(failureFor/2 + time.Second)
	x.misses("second")
	x.sees("First.")
	x.tell(notice{"Third."})
	x.wait(newsFor / 4)
	x.sees("Third.")
	x.wait(newsFor + time.Second)
	x.misses("First.", "Third.")
	for i := range 50 {
		x.tell(notice{fmt.Sprint("n", i)})
	}
	x.wait(time.Minute)
	x.misses("n49")
}

func TestHelp(t *testing.T) {
	x := newHand(t, 80, 40, peopled)
	x.press("?")
	x.sees("Keys of Queue", "copy number", "Everywhere", "commands")
	x.write("copy")
	x.sees("copy number")
	x.misses("page down")
	x.press("enter")
	if x.clip == "" {
		t.Error("enter on a line of the help did not press its key")
	}
	x.misses("Keys of")
	x.press("f1")
	x.write("zzzz")
	x.sees("Nothing by that name.")
	x.press("enter")
	x.press("4", "?")
	x.sees("Keys of")
	x.press("pgdown", "down", "up", "pgup", "esc")
	x.misses("Keys of")
}

func TestPalette(t *testing.T) {
	x := newHand(t, 80, 40, peopled)
	x.press(":")
	x.write("go to replay")
	x.press("enter")
	if x.front() != replayTitle {
		t.Errorf("the palette went to %s", x.front())
	}
	x.press("ctrl+k")
	x.write("light")
	x.press("enter")
	if x.app.e.styles.palette.name != "light" {
		t.Errorf("theme is %s", x.app.e.styles.palette.name)
	}
	for _, c := range []struct{ typed, name string }{{"theme ansi", "ansi"}, {"theme plain", "plain"}, {"theme dark", "dark"}, {"theme auto", "dark"}} {
		x.press(":")
		x.write(c.typed)
		x.press("enter")
		if x.app.e.styles.palette.name != c.name {
			t.Errorf("%s gave the theme %s", c.typed, x.app.e.styles.palette.name)
		}
	}
	x.press(":")
	x.write("sync now")
	x.press("enter")
	if x.desk.calls["SyncNow"] != 1 {
		t.Error("sync now did not sync")
	}
	x.press(":")
	x.write("mouse off")
	x.press("enter")
	if x.app.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse is still ours")
	}
	x.press(":")
	x.write("mouse on")
	x.press("enter")
	if x.app.View().MouseMode == tea.MouseModeNone {
		t.Error("the mouse is not ours")
	}
}

func TestThemeFollowsTheTerminal(t *testing.T) {
	x := newHand(t, 80, 24, peopled, func(_ *fake, o *Options) { o.Look.Theme = "auto" })
	x.tell(tea.BackgroundColorMsg{Color: lightPalette().strong})
	if got := x.app.e.styles.palette.name; got != "dark" {
		t.Errorf("on black the theme is %s", got)
	}
	x.tell(tea.BackgroundColorMsg{Color: darkPalette().strong})
	if got := x.app.e.styles.palette.name; got != "light" {
		t.Errorf("on white the theme is %s", got)
	}
}

func TestTooSmall(t *testing.T) {
	for _, size := range [][2]int{{59, 40}, {80, 15}, {10, 3}, {1, 1}} {
		x := newHand(t, size[0], size[1], worked)
		s := x.screen()
		if size[0] >= 30 && !strings.Contains(s, "ringback needs 60×16") {
			t.Errorf("%v says %q", size, s)
		}
		x.press("j", "2", "?", "esc")
	}
}

// A dialog that opens by itself does not take the key that was on its way.
type surprise struct{ leaveDialog }

func (*surprise) Sudden() bool { return true }

func TestSuddenDialogsWait(t *testing.T) {
	x := newHand(t, 80, 24, peopled)
	x.app.open(&surprise{})
	x.press("n")
	x.sees("Leave the call?")
	x.at = x.at.Add(grace)
	x.press("n")
	x.misses("Leave the call?")
	x.app.open(&surprise{})
	x.app.open(&surprise{})
	x.at = x.at.Add(grace)
	x.press("n", "n")
	x.sees("Leave the call?")
	x.at = x.at.Add(grace)
	x.press("n")
	x.misses("Leave the call?")
}

// A storm of bells is answered by a few reloads.
func TestBellIsListenedToAgain(t *testing.T) {
	x := newHand(t, 80, 24, peopled)
	ring := make(chan struct{}, 1)
	x.app.e.do.bells = ring
	before := x.desk.calls["Queue"]
	x.tell(bell{})
	ring <- struct{}{}
	x.wait(bellPause - time.Millisecond)
	if got := x.desk.calls["Queue"] - before; got != 1 {
		t.Errorf("%d reloads in the pause", got)
	}
	close(ring)
	x.wait(time.Millisecond)
	if got := x.desk.calls["Queue"] - before; got != 2 {
		t.Errorf("%d reloads after the pause, want 2", got)
	}
}

func TestKeyMapsAreOfTheScreen(t *testing.T) {
	x := newHand(t, 80, 24, worked)
	for _, s := range x.app.screens {
		k := s.Keys()
		if len(k.ShortHelp()) == 0 {
			t.Errorf("%s has no keys for the footer", s.Title())
		}
	}
}

func TestRunNamesWhatIsMissing(t *testing.T) {
	if err := Run(context.Background(), Options{}); err == nil || !strings.Contains(err.Error(), "Desk") {
		t.Errorf("error is %v", err)
	}
	f := newFake(func() time.Time { return monday })
	o := Options{
		Desk: f, Agenda: f, Drafts: f, Link: f, Packs: f, Line: f, Bell: make(chan struct{}), Zone: time.UTC, Now: f.now, Instant: f.instant, NewID: func() string { return "" },
		Look: Look{Theme: "pink"},
	}
	if err := Run(context.Background(), o); err == nil || !strings.Contains(err.Error(), "pink") {
		t.Errorf("error is %v", err)
	}
}

// A terminal that grew is drawn once more when its first frame stands: the renderer would leave rests of the screen
// before in the columns that were gained.
func TestANewSizeIsDrawnTwice(t *testing.T) {
	x := newHand(t, 80, 24)
	x.heard = nil
	x.tell(tea.WindowSizeMsg{Width: 120, Height: 40})
	cleared := func() bool {
		return slices.ContainsFunc(x.heard, func(m tea.Msg) bool { return reflect.TypeOf(m) == reflect.TypeOf(tea.ClearScreen()) })
	}
	if cleared() {
		t.Error("it is cleared before the first frame")
	}
	if x.wait(resizeSettles); !cleared() {
		t.Error("it is not drawn again")
	}
}

// A terminal hands over what was pasted or held up in one piece: what follows
// the key that opens a box is for the box.
func TestKeysInOneBurstAreTheBoxs(t *testing.T) {
	for screen, c := range map[string]struct {
		set   func(*fake, *Options)
		keys  []string
		burst string
	}{
		"a note in the queue":   {peopled, nil, "ntake the note"},
		"words on the floor":    {leading, []string{"6"}, "wtell them"},
		"who rings":             {calling, nil, "itim"},
		"words in the comments": {peopled, []string{"4"}, "/thanks"},
	} {
		t.Run(screen, func(t *testing.T) {
			x := newHand(t, 100, 30, c.set)
			x.press(c.keys...)
			var later []tea.Cmd
			for _, r := range c.burst {
				_, cmd := x.app.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
				later = append(later, cmd)
			}
			for _, cmd := range later {
				x.drain(cmd)
			}
			if len(x.app.dialogs) != 1 {
				t.Fatalf("%d boxes are open", len(x.app.dialogs))
			}
			x.sees(c.burst[1:])
		})
	}
}
