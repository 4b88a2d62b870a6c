package ui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// agreed gives the first customers callbacks of Anna's, the first in 25
// minutes, each a minute after the one before.
func agreed(n int) func(*fake, *Options) {
	return func(f *fake, o *Options) {
		worked(f, o)
		for i := range n {
			c := f.cases[fmt.Sprintf("case-%06d", i+1)]
			at := f.now().Add(time.Duration(25+i) * time.Minute)
			c.State = callback.CallbackScheduled
			c.Plan.Callback, c.Plan.Owner = &callback.Callback{At: at, Owner: "anna", SetBy: "anna"}, "anna"
			f.cases[c.ID] = c
		}
		f.moved()
	}
}

// rung are the terminal's own signals so far.
func (x *hand) rung() []string {
	var out []string
	for _, m := range x.heard {
		if raw, ok := m.(tea.RawMsg); ok {
			out = append(out, fmt.Sprint(raw.Msg))
		}
	}
	return out
}

// A callback is announced once, ten minutes ahead, in the customer's time.
func TestCallbackIsAnnouncedOnce(t *testing.T) {
	x := newHand(t, 80, 24, agreed(1))
	x.wait(14 * time.Minute)
	x.misses("call Maria")
	if got := x.rung(); got != nil {
		t.Fatalf("it rang too early: %q", got)
	}
	x.wait(75 * time.Second)
	x.sees("◷ in 10 min: call Maria López, 10:55 in Madrid")
	if got := x.rung(); len(got) != 1 || got[0] != "\a" {
		t.Fatalf("the terminal rang %q", got)
	}
	x.wait(remindFor)
	x.misses("min: call Maria")
	x.wait(time.Hour)
	if got := x.rung(); len(got) != 1 {
		t.Errorf("it was announced %d times", len(got))
	}
}

// It is seen on every screen, over a dialog and while one types, and takes no
// key from anybody.
func TestAnnouncementStealsNothing(t *testing.T) {
	x := newHand(t, 80, 24, agreed(1))
	x.press("n")
	x.write("half a no")
	x.wait(15*time.Minute + remindEvery)
	x.sees("in 10 min: call Maria", "half a no")
	x.write("te")
	x.press("enter")
	p := decoded(t, x.desk.journal[len(x.desk.journal)-1].Event).(*callback.NoteAdded)
	if p.Text != "half a note" {
		t.Errorf("the note is %q", p.Text)
	}
	for _, s := range x.app.screens {
		x.tell(goTo{title: s.Title()})
		x.sees("in 10 min: call Maria")
		x.fits(s.Title())
	}
}

// One that was moved to another time is announced again; many are all told,
// and a failure does not push one away.
func TestManyAnnouncements(t *testing.T) {
	x := newHand(t, 80, 24, agreed(3))
	x.wait(14 * time.Minute)
	x.tell(failed{"do this", errors.New("it broke")})
	seen := map[string]int{}
	for i := range 4 * 60 {
		x.tell(notice{fmt.Sprintf("News %d.", i)})
		for _, who := range []string{"Maria", "Анастасия", "山田"} {
			if strings.Contains(x.screen(), "min: call "+who) {
				seen[who]++
			}
		}
		x.wait(time.Second)
	}
	if got := x.rung(); len(got) != 3 {
		t.Fatalf("%d of 3 were announced", len(got))
	}
	for _, who := range []string{"Maria", "Анастасия", "山田"} {
		if seen[who] < 10 {
			t.Errorf("%s was announced for %d seconds", who, seen[who])
		}
	}
	c := x.desk.cases["case-000001"]
	c.Plan.Callback = &callback.Callback{At: x.at.Add(8 * time.Minute), Owner: "anna"}
	x.desk.cases[c.ID] = c
	x.desk.moved()
	x.wait(remindEvery)
	if got := x.rung(); len(got) != 4 {
		t.Errorf("the new time was not announced")
	}
}

// The terminal shows a notification if it says that it can, rings otherwise,
// and is silent if it is to be calm.
func TestAlarm(t *testing.T) {
	osc := "\x1b]9;ringback: in 10 min: call Maria López, 10:55 in Madrid\a"
	for _, c := range []struct {
		name string
		look Look
		want []string
	}{
		{"plain", Look{Environ: []string{"TERM=xterm-256color"}}, []string{"\a"}},
		{"iterm", Look{Environ: []string{"TERM=xterm-256color", "TERM_PROGRAM=iTerm.app"}}, []string{osc}},
		{"ghostty", Look{Environ: []string{"TERM=xterm-ghostty", "TERM_PROGRAM=ghostty"}}, []string{osc}},
		{"screen", Look{Environ: []string{"TERM=screen-256color", "TERM_PROGRAM=iTerm.app"}}, []string{"\a"}},
		{"tmux", Look{Environ: []string{"TERM=tmux-256color", "TERM_PROGRAM=tmux"}}, []string{"\a"}},
		{"calm", Look{Calm: true, Environ: []string{"TERM_PROGRAM=iTerm.app"}}, nil},
	} {
		x := newHand(t, 80, 24, agreed(1), func(_ *fake, o *Options) { o.Look = c.look })
		x.wait(15*time.Minute + remindEvery)
		x.sees("in 10 min: call Maria")
		if got := x.rung(); strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%s: the terminal got %q, want %q", c.name, got, c.want)
		}
	}
}

// A hostile name cannot reach the terminal through its notification.
func TestHostileAlarm(t *testing.T) {
	x := newHand(t, 80, 24, agreed(1), func(f *fake, o *Options) {
		c := f.cases["case-000001"]
		c.Customer.Name = evil
		f.cases[c.ID] = c
		o.Look.Environ = []string{"TERM_PROGRAM=WezTerm"}
	})
	x.wait(15*time.Minute + remindEvery)
	got := x.rung()
	if len(got) != 1 {
		t.Fatalf("the terminal got %q", got)
	}
	body := strings.TrimSuffix(strings.TrimPrefix(got[0], "\x1b]9;"), "\a")
	if strings.ContainsAny(body, "\x1b\a\u009b\u009c\n\r") {
		t.Errorf("the notification holds %q", body)
	}
	x.clean("a reminder")
}

// A desk that cannot answer says so once, and is asked on.
func TestRemindersFailQuietly(t *testing.T) {
	x := newHand(t, 80, 24, agreed(1), func(f *fake, _ *Options) { f.fails["Soon"] = errors.New("disk gone") })
	x.wait(2 * time.Second)
	x.sees("Could not look for callbacks: disk gone")
	x.wait(10 * time.Minute)
	x.misses("disk gone")
	delete(x.desk.fails, "Soon")
	x.wait(6 * time.Minute)
	if got := x.rung(); len(got) != 1 {
		t.Errorf("after the failure %d callbacks were announced", len(got))
	}
}
