package ui

import (
	"context"
	"fmt"
	"reflect"
	"sort"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// hand is the test's hand on the front: it presses, types and waits, and runs
// every command to its end in order. There is no program, no terminal and no
// real clock.
type hand struct {
	t    testing.TB
	app  *app
	desk *fake
	at   time.Time
	// off is by how much the machine's wall clock has been set.
	off time.Duration
	// later holds what will come when time passes.
	later []delayed
	clip  string
	quit  bool
	ids   int
	// heard holds every message that reached the front.
	heard []tea.Msg
}

// delayed is a message that comes later.
type delayed struct {
	at  time.Time
	msg tea.Msg
}

// monday is when the tests happen: a Monday morning in Madrid.
var monday = time.Date(2026, 11, 16, 9, 30, 0, 0, time.UTC)

// newHand opens the front on a fake desk in a terminal of w by h cells. set
// may change the desk and the options before.
func newHand(t testing.TB, w, h int, set ...func(*fake, *Options)) *hand {
	t.Helper()
	x := &hand{t: t, at: monday}
	now := func() time.Time { return x.at.Add(x.off) }
	x.desk = newFake(now)
	x.desk.up = func() time.Duration { return x.at.Sub(monday) }
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	o := Options{
		Desk: x.desk, Agenda: x.desk, Drafts: x.desk, Link: x.desk, Packs: x.desk, Line: x.desk, Me: x.desk.me, Zone: zone, Now: now, Instant: x.desk.instant,
		NewID: func() string { x.ids++; return fmt.Sprintf("id-%04d", x.ids) },
		Look:  Look{Theme: "dark"},
	}
	for _, f := range set {
		f(x.desk, &o)
	}
	o.Me = x.desk.me
	do := newCommands(context.Background(), o)
	do.after = func(d time.Duration, msg tea.Msg) tea.Cmd {
		return func() tea.Msg { return delayed{x.at.Add(d), msg} }
	}
	x.app = newApp(o, do)
	x.tell(tea.WindowSizeMsg{Width: w, Height: h})
	x.drain(x.app.Init())
	return x
}

// tell gives the front a message and runs what follows from it.
func (x *hand) tell(msg tea.Msg) {
	if a, ok := msg.(awaited); ok {
		x.heard = append(x.heard, a.msg)
	} else {
		x.heard = append(x.heard, msg)
	}
	_, cmd := x.app.Update(msg)
	x.drain(cmd)
}

// press presses keys by their names, such as "j" or "ctrl+k".
func (x *hand) press(names ...string) {
	for _, n := range names {
		x.tell(pressOf(n))
	}
}

// write types text, letter by letter.
func (x *hand) write(text string) {
	for _, r := range text {
		x.tell(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

// wait lets time pass: what was to come later comes, in order.
func (x *hand) wait(d time.Duration) {
	end := x.at.Add(d)
	for {
		sort.SliceStable(x.later, func(i, j int) bool { return x.later[i].at.Before(x.later[j].at) })
		if len(x.later) == 0 || x.later[0].at.After(end) {
			break
		}
		next := x.later[0]
		x.later = x.later[1:]
		x.at = next.at
		x.desk.moved()
		x.tell(next.msg)
	}
	x.at = end
}

// drain runs a command and everything that comes of it, in order.
func (x *hand) drain(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	msg := cmd()
	switch msg := msg.(type) {
	case nil:
		return
	case delayed:
		x.later = append(x.later, msg)
		return
	case tea.BatchMsg:
		for _, c := range msg {
			x.drain(c)
		}
		return
	case tea.QuitMsg:
		x.quit = true
		return
	}
	v := reflect.ValueOf(msg)
	switch {
	case v.Kind() == reflect.String && strings.Contains(v.Type().Name(), "lipboard"):
		x.clip = v.String()
		return
	case v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[tea.Cmd]():
		for i := range v.Len() {
			x.drain(v.Index(i).Interface().(tea.Cmd))
		}
		return
	}
	x.tell(msg)
}

// last gives the latest message of a type that reached the front.
func last[T tea.Msg](x *hand) T {
	x.t.Helper()
	for i := len(x.heard) - 1; i >= 0; i-- {
		if msg, ok := x.heard[i].(T); ok {
			return msg
		}
	}
	var none T
	x.t.Fatalf("no %T reached the front", none)
	return none
}

// screen is what the agent sees, without colours.
func (x *hand) screen() string { return ansi.Strip(x.app.draw()) }

// sees fails unless all the words are on the screen.
func (x *hand) sees(words ...string) {
	x.t.Helper()
	s := x.screen()
	for _, w := range words {
		if !strings.Contains(s, w) {
			x.t.Fatalf("%q is not on the screen:\n%s", w, s)
		}
	}
}

// misses fails if any of the words is on the screen.
func (x *hand) misses(words ...string) {
	x.t.Helper()
	s := x.screen()
	for _, w := range words {
		if strings.Contains(s, w) {
			x.t.Fatalf("%q is on the screen, and must not be:\n%s", w, s)
		}
	}
}

// front is the title of the screen in front.
func (x *hand) front() string { return x.app.screens[x.app.at].Title() }
