package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

func replayed(t *testing.T, set ...func(*fake, *Options)) *hand {
	t.Helper()
	x := newHand(t, 90, 24, append([]func(*fake, *Options){worked}, set...)...)
	x.tell(goTo{title: replayTitle})
	return x
}

func TestReplayPlaysAtReadingSpeed(t *testing.T) {
	x := replayed(t)
	x.sees("▲ promoters", "1 of 11 · ▶ playing · 200 words/min", "Спасибо! Перезвонили", "score 10 · Мобильный · web · Russian · 16 November 2026")
	words := wordsIn(say("%s", x.desk.comments[0].Text))
	reading := time.Duration(float64(words) / 200 * float64(time.Minute))
	x.wait((reading + readingPause).Truncate(time.Second) - time.Second)
	x.sees("1 of 11")
	x.wait(2 * time.Second)
	x.sees("2 of 11", "I was ready to leave")
	x.wait(time.Hour)
	x.sees("playing")
}

func TestReplayPausesAndSeeks(t *testing.T) {
	x := replayed(t)
	x.press("space")
	x.sees("‖ paused")
	x.wait(time.Minute)
	x.sees("1 of 11")
	for _, c := range []struct{ key, sees string }{
		{"right", "2 of 11"},
		{"l", "3 of 11"},
		{"left", "2 of 11"},
		{"h", "1 of 11"},
		{"left", "11 of 11"},
		{"right", "1 of 11"},
		{"G", "11 of 11"},
		{"g", "1 of 11"},
		{"end", "11 of 11"},
		{"home", "1 of 11"},
		{"+", "240 words/min"},
		{"-", "200 words/min"},
	} {
		x.press(c.key)
		x.sees(c.sees)
	}
	x.press("space")
	x.wait(30 * time.Second)
	x.misses("1 of 11")
}

// While another screen is in front nothing is played.
func TestReplayWaitsOutOfSight(t *testing.T) {
	x := replayed(t)
	x.tell(goTo{title: queueTitle})
	x.wait(time.Minute)
	x.tell(goTo{title: replayTitle})
	x.sees("1 of 11")
}

func TestReplayFilters(t *testing.T) {
	x := replayed(t)
	x.press("c")
	x.sees("◆ passives", "No comment matches")
	x.press("c")
	x.sees("▼ detractors", "1 of 1")
	x.press("c")
	x.sees("all comments", "of 12")
	x.press("c")
	x.press("L", "L")
	x.sees("· English", "I was ready", "1 of 3")
	x.press("esc", "p")
	x.sees("▲ promoters · Cloud", "Einfach")
	x.press("esc", "/")
	x.write("親切")
	x.press("enter")
	x.sees(`with "親切"`, "1 of 3", "サポート")
	x.press("esc")
	x.sees("3 of 11", "サポート")
}

// The comment in view stays in view when others come.
func TestReplayKeepsItsPlace(t *testing.T) {
	x := replayed(t)
	x.press("space", "right")
	ten := 10
	x.desk.comments = append([]callback.Comment{{ID: "new", Score: &ten, Text: "Brand new", AnsweredAt: monday}}, x.desk.comments...)
	x.tell(bell{})
	x.sees("I was ready to leave", "3 of 12")
}

func TestReplayCalm(t *testing.T) {
	x := replayed(t, func(_ *fake, o *Options) { o.Look.Calm = true })
	x.sees("paused")
	x.misses("━", "──")
	before := x.app.draw()
	x.wait(20 * time.Second)
	if x.app.draw() != before {
		t.Error("something moved in calm mode")
	}
}

func TestReplayScrollsLongComments(t *testing.T) {
	long := strings.Repeat("один два три четыре пять ", 80) + "КОНЕЦ"
	ten := 10
	x := replayed(t, func(f *fake, _ *Options) {
		f.comments = []callback.Comment{{ID: "long", Score: &ten, Text: "НАЧАЛО " + long, AnsweredAt: monday}}
	})
	x.press("space")
	x.sees("НАЧАЛО")
	for range 40 {
		x.press("J")
	}
	x.sees("КОНЕЦ")
	for range 40 {
		x.press("K")
	}
	x.sees("НАЧАЛО")
	x.tell(tea.MouseWheelMsg{Button: tea.MouseWheelDown, Y: 5})
	x.tell(tea.MouseWheelMsg{Button: tea.MouseWheelDown, Y: 5})
	x.tell(tea.MouseWheelMsg{Button: tea.MouseWheelUp, Y: 5})
	x.misses("НАЧАЛО")
	x.press("space")
	x.wait(2 * time.Minute)
	x.sees("КОНЕЦ")
}

func TestReplayWithoutComments(t *testing.T) {
	x := replayed(t, func(f *fake, _ *Options) { f.comments = nil })
	x.sees("No comments yet", "next sync")
	x.press("space", "right", "g")
	x.desk.fails["Comments"] = callback.Errorf(callback.CodeDamaged, "the cache cannot be read")
	x.press("c")
	x.sees("Could not read the comments")
}

func TestWordsIn(t *testing.T) {
	for text, want := range map[string]int{"": 0, "one two": 2, "ありがとうございました": 6, "спасибо вам большое": 3} {
		if got := wordsIn(callback.Line(text)); got != want {
			t.Errorf("%q has %d words, want %d", text, got, want)
		}
	}
}
