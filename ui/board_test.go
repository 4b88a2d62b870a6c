package ui

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

func boarded(t *testing.T, w, h int, set ...func(*fake, *Options)) *hand {
	t.Helper()
	x := newHand(t, w, h, append([]func(*fake, *Options){worked}, set...)...)
	x.tell(goTo{title: boardTitle})
	return x
}

func TestBoardShowsTheFigures(t *testing.T) {
	x := boarded(t, 140, 50)
	b, err := x.desk.Board(callback.Period{From: "2026-10-18", To: "2026-11-16"})
	if err != nil {
		t.Fatal(err)
	}
	of := func(r callback.Rate) string { return say("%d of %d", r.K, r.N).String() }
	x.sees("[month]", "2026-10-18 … 2026-11-16", "Standings", "Anna García", "Борис Лебедев", "陈伟",
		"re-scored", "contacted", "eligible", of(b.Recovery.Rescored), of(b.Recovery.Contacted), of(b.Recovery.Eligible),
		of(b.ToPromoter.Eligible), "detractor", "promoter", "no score", of(b.Coverage), of(b.InTime), of(b.Promises), of(b.Within),
		"within 48 h", "goal 80 %", "NPS before → after", "unadjusted", "By week", percent(b.Recovery.Eligible).String(),
		points(b.Lift.Value), say("n %d", b.Standings[0].Raw.N).String())
	x.sees("few data: n 6", "fewer than 10 cases: shown, not ranked", "1=")
}

func TestBoardPeriods(t *testing.T) {
	x := boarded(t, 120, 40)
	for _, c := range []struct{ key, sees string }{
		{"right", "[quarter]"},
		{"l", "[year]"},
		{"tab", "[all]"},
		{"right", "[today]"},
		{"left", "[all]"},
		{"h", "[year]"},
		{"shift+tab", "[quarter]"},
	} {
		x.press(c.key)
		x.sees(c.sees)
	}
	if p := last[boardLoaded](x).period; p.From != "2026-08-18" || p.To != "2026-11-16" {
		t.Errorf("the quarter is %s … %s", p.From, p.To)
	}
	x.desk.days = nil
	x.press("right")
	x.sees("Nothing happened in this period", "Press → for a longer one.")
	x.press("left")
	x.tell(boardLoaded{period: callback.Period{Name: "other"}, err: errors.New("old news")})
	x.misses("old news")
}

func TestBoardIsLiveAndFails(t *testing.T) {
	x := newHand(t, 120, 40, worked)
	x.tell(bell{})
	if x.desk.calls["Board"] != 0 {
		t.Error("the board is read though nobody looks at it")
	}
	x.tell(goTo{title: boardTitle})
	x.desk.days = append(x.desk.days, callback.Day{Agent: "anna", Date: "2026-11-16", Counts: callback.Counts{Eligible: 100, Attempted: 3}})
	x.tell(bell{})
	x.sees("127 of 256")
	x.press("r")
	if x.desk.calls["SyncNow"] != 1 {
		t.Error("r did not sync")
	}
	x.desk.fails["Board"] = callback.Errorf(callback.CodeDamaged, "the cache cannot be read")
	x.tell(bell{})
	x.sees("Could not read the board: the cache cannot be read")
}

func TestBoardScrolls(t *testing.T) {
	x := boarded(t, 80, 24)
	x.misses("By week")
	for _, keys := range [][2]string{{"G", "g"}, {"end", "home"}, {"pgdown pgdown pgdown", "pgup pgup pgup"}, {"space space space", "ctrl+b ctrl+b ctrl+b"}} {
		x.press(strings.Fields(keys[0])...)
		x.sees("By week", "[month]")
		x.press(strings.Fields(keys[1])...)
		x.sees("Standings")
	}
	for range 30 {
		x.press("j")
	}
	x.sees("By week")
	for range 30 {
		x.press("up")
	}
	x.sees("Standings")
	x.tell(tea.MouseWheelMsg{X: 3, Y: 5, Button: tea.MouseWheelDown})
	x.misses("Standings")
	x.tell(tea.MouseWheelMsg{X: 3, Y: 5, Button: tea.MouseWheelUp})
	x.sees("Standings")
}

func TestChartsKeepTheirWidth(t *testing.T) {
	for w := range 50 {
		for i := range 21 {
			v := float64(i) / 20
			full, rest := fillBar(v, w)
			if cells(full+rest) != w {
				t.Fatalf("bar %v of %d cells is %q", v, w, full+rest)
			}
			if got := cells(whisker(v/2, v, min(1, v*1.2), w)); got != w {
				t.Fatalf("interval %v of %d cells is %d wide", v, w, got)
			}
		}
	}
	if got := whisker(0.25, 0.5, 0.75, 9); got != "··├─●─┤··" {
		t.Errorf("interval is %s", got)
	}
	if full, rest := fillBar(0.5, 4); full+rest != "██░░" {
		t.Errorf("half a bar is %s", full+rest)
	}
	if got := spark([]float64{0, 0.5, 1, -1}, 1); got != "▁▅█ " {
		t.Errorf("sparkline is %q", got)
	}
	if got := points(-7.4) + points(0) + points(12.6); got != "−70+13" {
		t.Errorf("points are %s", got)
	}
}
