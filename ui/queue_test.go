package ui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"ringback/callback"
)

func TestQueueShowsNextUpFirst(t *testing.T) {
	x := newHand(t, 120, 40, peopled)
	x.sees("Анастасия Ковалёва", "Третий раз списали", "7 ready", "1 Queue", "asked for a call", "Before Jürgen Groß")
	x.press("j", "j")
	x.sees("The line drops every", "22 h late", "10:30 in", "Madrid")
	x.press("G")
	x.sees("opens 09:00 in New York, 15:00 yours")
}

// handOf gives the queue screen's window.
func queueOf(x *hand) *queue { return x.app.screens[x.app.find(queueTitle)].(*queue) }

func TestQueueMoves(t *testing.T) {
	for _, c := range []struct {
		keys string
		at   int
	}{
		{"j", 1},
		{"down", 1},
		{"j j k", 1},
		{"j up", 0},
		{"k", 0},
		{"G", 299},
		{"end", 299},
		{"G g", 0},
		{"end home", 0},
		{"pgdown", 18},
		{"space", 18},
		{"pgdown pgdown pgup", 18},
		{"ctrl+f", 18},
		{"ctrl+f ctrl+b", 0},
	} {
		x := newHand(t, 80, 24, crowd(300))
		x.press(strings.Fields(c.keys)...)
		w := queueOf(x).win
		if w.at+1 != 1+c.at && !(strings.Contains(c.keys, "pg") || strings.Contains(c.keys, "ctrl") || c.keys == "space") {
			t.Errorf("%s: selection is at %d, not %d", c.keys, w.at, c.at)
		}
		if r, ok := w.selected(); !ok || r.id != x.desk.rows()[w.at].ID {
			t.Errorf("%s: the row in hand is not that of the queue", c.keys)
		}
		x.sees(fmt.Sprintf("%d/300", w.at+1), "▸")
	}
	x := newHand(t, 80, 24, crowd(300))
	x.press("pgdown")
	if at := queueOf(x).win.at; at != queueOf(x).win.height-1 {
		t.Errorf("a page is %d rows, the list shows %d", at, queueOf(x).win.height)
	}
}

// Whatever is pressed, the selection is in view, on the row of its place, and
// the rows in view are loaded.
func TestQueueWindowHolds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 900).Draw(rt, "cases")
		x := newHand(t, 80, 24, crowd(n))
		keys := rapid.SliceOfN(rapid.SampledFrom([]string{"j", "k", "pgdown", "pgup", "G", "g"}), 1, 30).Draw(rt, "keys")
		for _, k := range keys {
			x.press(k)
			w := queueOf(x).win
			if n == 0 {
				continue
			}
			if w.at < w.top || w.at >= w.top+w.height {
				rt.Fatalf("after %s the selection %d is out of the view from %d", k, w.at, w.top)
			}
			r, ok := w.selected()
			if !ok || r.id != x.desk.rows()[w.at].ID {
				rt.Fatalf("after %s place %d holds %q", k, w.at, r.id)
			}
			for i := w.top; i < min(w.total, w.top+w.height); i++ {
				if _, ok := w.row(i); !ok {
					rt.Fatalf("after %s row %d in view is not loaded", k, i)
				}
			}
		}
	})
}

func TestSelectionSticksToTheCase(t *testing.T) {
	x := newHand(t, 120, 40, peopled)
	x.press("j", "j")
	r, _ := queueOf(x).win.selected()
	if r.customer.String() != "Maria López" {
		t.Fatalf("in hand is %s", r.customer)
	}
	line := queueOf(x).win.at - queueOf(x).win.top
	newcomer := x.desk.open("case-900000", person{name: "New Comer", phone: "+34600000099", zone: "Europe/Madrid", region: "ES", score: 0, asked: true, ago: 30 * time.Hour})
	x.desk.cases[newcomer.ID] = newcomer
	x.desk.moved()
	x.tell(bell{})
	x.sees("New Comer", "▸▼ detractor  2 Maria")
	if got := queueOf(x).win.at - queueOf(x).win.top; got != line && queueOf(x).win.top != 0 {
		t.Errorf("the row moved under the eye from line %d to %d", line, got)
	}

	gone := x.desk.cases[r.id]
	gone.State = callback.Closed
	x.desk.cases[r.id] = gone
	x.desk.moved()
	x.tell(bell{})
	x.sees("Maria López is no longer in the queue.", "▸")
	x.misses("The line drops")
}

func TestQueueFilter(t *testing.T) {
	x := newHand(t, 80, 24, peopled)
	asked := x.desk.calls["Queue"]
	x.press("/")
	x.write("yok")
	if x.desk.calls["Queue"] != asked {
		t.Error("the filter ran while typing")
	}
	x.wait(filterPause)
	x.sees("Nothing matches", "/ yok")
	x.press("backspace", "backspace", "backspace")
	x.write("quit 山")
	x.press("backspace", "backspace", "backspace", "backspace", "backspace", "backspace")
	x.write("東京")
	x.press("enter")
	x.sees("1 of 8 match", "山田花子")
	x.misses("Maria")
	if x.quit {
		t.Error("a letter of the filter quit the program")
	}
	x.press("esc")
	x.sees("Maria López", "8 open")
	x.misses("match")

	x.press("/")
	x.tell(tea.PasteMsg{Content: "smith"})
	x.wait(filterPause)
	x.sees("John Smith")
	x.press("esc")
	x.sees("8 open")
}

// An answer to a filter that is no longer asked for is dropped.
func TestQueueDropsStaleAnswers(t *testing.T) {
	x := newHand(t, 80, 24, peopled)
	q := queueOf(x)
	old := queueLoaded{ask: q.load.ask, page: callback.QueuePage{Total: 1}, rows: newQueueRows([]callback.QueueRow{{ID: "x", Customer: "Stale"}})}
	x.press("r")
	x.tell(old)
	x.misses("Stale")
	x.tell(queueCaseLoaded{id: "other", view: callback.CaseView{Case: callback.Case{ID: "other"}}})
	if q.side.id == "other" {
		t.Error("a case that was not asked for is shown")
	}
}

func TestQueueActs(t *testing.T) {
	t.Run("call", func(t *testing.T) {
		x := newHand(t, 80, 24, peopled)
		x.press("enter")
		if got := last[openCall](x).caseID; got != "case-000002" {
			t.Errorf("called %s", got)
		}
	})
	t.Run("skip with a reason from the list", func(t *testing.T) {
		x := newHand(t, 80, 24, peopled)
		x.press("s")
		x.sees("Skip Анастасия", "I know this person.")
		x.press("enter")
		x.sees("Skip Анастасия")
		x.press("down", "down", "enter")
		p := decoded(t, x.desk.journal[0].Event).(*callback.CaseSkipped)
		if p.Reason != "Someone else is better placed." {
			t.Errorf("reason is %q", p.Reason)
		}
		x.sees("Skipped Анастасия Ковалёва", "u undo")
		// Enter calls the next one, not the one that was passed over.
		x.press("enter")
		if got := x.call().sheet.draft.CaseID; got == x.desk.journal[0].Event.CaseID {
			t.Errorf("after the skip enter opens %s", got)
		}
	})
	t.Run("skip given up", func(t *testing.T) {
		x := newHand(t, 80, 24, peopled)
		x.press("s")
		x.write("no")
		x.press("esc")
		if len(x.desk.journal) != 0 {
			t.Error("esc recorded a skip")
		}
	})
	t.Run("note", func(t *testing.T) {
		x := newHand(t, 80, 24, peopled)
		x.press("n")
		x.write("Зовут Настя; q ? : 1")
		x.press("enter")
		p := decoded(t, x.desk.journal[0].Event).(*callback.NoteAdded)
		if p.Text != "Зовут Настя; q ? : 1" {
			t.Errorf("note is %q", p.Text)
		}
		x.press("J", "J", "J")
		x.sees("1 not sent yet")
	})
	t.Run("copy", func(t *testing.T) {
		x := newHand(t, 80, 24, peopled)
		x.press("y")
		if x.clip != "+74950000002" {
			t.Errorf("clipboard holds %q", x.clip)
		}
		x.sees("Copied +74950000002.")
	})
	t.Run("refresh", func(t *testing.T) {
		x := newHand(t, 80, 24, peopled)
		x.press("r")
		if x.desk.calls["SyncNow"] != 1 {
			t.Error("no sync was asked for")
		}
	})
	t.Run("details", func(t *testing.T) {
		x := newHand(t, 60, 16, peopled)
		x.misses("Why this one")
		x.press("v")
		x.sees("Why this one", "Анастасия")
		x.press("J", "J")
		x.sees("So far")
		x.press("K", "K", "K")
		x.sees("Анастасия")
		x.press("tab")
		x.misses("Why this one")
	})
}

func decoded(t testing.TB, e callback.Event) callback.Payload {
	t.Helper()
	p, err := e.Decode()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestQueueMouse(t *testing.T) {
	x := newHand(t, 120, 40, peopled)
	x.tell(tea.MouseClickMsg{X: 5, Y: headerHeight + queueTitleHeight + 1 + 2, Button: tea.MouseLeft})
	x.sees("▸▼ detractor  2 Maria")
	x.tell(tea.MouseWheelMsg{X: 5, Y: 5, Button: tea.MouseWheelDown})
	if at := queueOf(x).win.at; at != 5 {
		t.Errorf("the wheel moved to %d", at)
	}
	x.tell(tea.MouseWheelMsg{X: 5, Y: 5, Button: tea.MouseWheelUp})
	x.tell(tea.MouseClickMsg{X: 100, Y: 6, Button: tea.MouseLeft})
	x.tell(tea.MouseClickMsg{X: 5, Y: 30, Button: tea.MouseLeft})
	if at := queueOf(x).win.at; at != 2 {
		t.Errorf("a click beside the rows moved to %d", at)
	}
}

// Nothing to serve says why, when, and what to do.
func TestQueueEmpty(t *testing.T) {
	state := func(s callback.LinkState) func(*fake, *Options) {
		return func(f *fake, _ *Options) { f.status.State = s }
	}
	for _, c := range []struct {
		set  func(*fake, *Options)
		sees []string
	}{
		{state(callback.LinkNever), []string{"never met its server", "ringback login URL"}},
		{state(callback.LinkDenied), []string{"lets this desk in no more", "ringback login"}},
		{state(callback.LinkOffline), []string{"Nobody to call", "offline since 08:30"}},
		{state(callback.LinkLive), []string{"Nobody to call", "Every case of your team is closed", "Somebody rings? Press i", "Press r"}},
		{func(f *fake, _ *Options) { f.status.Busy, f.status.Done, f.status.Of = "Fetching cases", 2500, 10000 }, []string{"Fetching your cases", "██████████░", "2 500 of 10 000"}},
	} {
		x := newHand(t, 80, 24, c.set)
		x.sees(c.sees...)
	}
	asleep := func(f *fake, _ *Options) {
		for i, p := range people[:3] {
			p.zone, p.region = "Pacific/Honolulu", "US"
			f.cases[fmt.Sprint(i)] = f.open(fmt.Sprint(i), p)
		}
	}
	newHand(t, 79, 24, asleep).sees("Nothing to call now: next at 20:00, opens Mon 09:00 in Honolulu")
	newHand(t, 80, 24, asleep).sees("Nothing now, next 20:00 · w why · i they ring")
	newHand(t, 60, 16, asleep).sees("Nothing now, next 20:00 · w why · i they ring")
	newHand(t, 250, 40, asleep).sees("opens Mon 09:00 in Honolulu · i if somebody rings")
	x := newHand(t, 80, 24, asleep)
	x.press("/")
	x.write("zz")
	x.wait(time.Second)
	x.sees("Nothing matches", "Somebody rings? Press i")
}

func TestQueueFailureIsSaidOnce(t *testing.T) {
	x := newHand(t, 100, 24, peopled, func(f *fake, _ *Options) {
		f.fails["Case"] = callback.Errorf(callback.CodeDamaged, "the cache cannot be read").WithHint("run ringback check")
	})
	x.sees("Could not read the case: the cache cannot be read; run ringback check")
	x.desk.fails["Queue"] = errors.New("disk gone")
	x.tell(bell{})
	x.wait(failureFor + time.Second)
	x.sees("Could not read the queue: disk gone")
}

// Places depend on the time, so a minute that passes reloads; a second does
// not.
func TestQueueFollowsTheClock(t *testing.T) {
	x := newHand(t, 80, 24, peopled)
	x.wait(2 * time.Second)
	before := x.desk.calls["Queue"]
	x.wait(20 * time.Second)
	if x.desk.calls["Queue"] != before {
		t.Error("a second reloaded the queue")
	}
	x.wait(3 * time.Hour)
	x.sees("now", "13:30")
	x.wait(time.Hour)
	x.sees("1 h late", "14:30")
}

func TestQueueAtTheEndOfAFilter(t *testing.T) {
	x := newHand(t, 80, 24, crowd(400))
	x.press("G", "/")
	x.write("Maria")
	x.wait(filterPause)
	x.press("down", "down", "up", "enter")
	x.sees("50 of 400 match", "2/50", "Maria")
	x.tell(showCase{"case-000009"})
	x.misses("match")
	r, ok := queueOf(x).win.selected()
	if !ok || r.id != "case-000009" {
		t.Errorf("in hand is %q, not the case that was asked for", r.id)
	}
}

func TestQueueSaysThatACaseIsGone(t *testing.T) {
	x := newHand(t, 80, 24, peopled)
	x.press("/")
	x.write("Maria")
	x.tell(showCase{"case-000005"})
	x.sees("▸▼ detractor  5 Ngọc")
	if queueOf(x).Typing() {
		t.Error("the filter still takes the keys")
	}
	x.tell(showCase{"case-closed"})
	x.sees("That case is not in the queue any more.", "▸")
}

// A row that waits says until when.
func TestWaitingRowsSayUntilWhen(t *testing.T) {
	x := newHand(t, 120, 24, func(f *fake, _ *Options) {
		for i, wait := range []time.Duration{2 * time.Hour, 30 * time.Hour, 20 * 24 * time.Hour} {
			c := f.open(fmt.Sprint(i), people[0])
			c.State, c.Plan.NotBefore = callback.RetryWait, f.now().Add(wait)
			f.cases[c.ID] = c
		}
	})
	x.sees("+34600000001     next try 12:30", "next try Tue 16:30", "next try 6 Dec")
	x.misses("tried before, next try Tue") // the number is worth shorter words
	x.sees("Nothing to call now: next at 12:30, tried before")
}

// With w the queue says what its cases wait for, how many, and when the first
// of each comes; nobody is left out.
func TestWhyIsNothingServed(t *testing.T) {
	waiting := func(f *fake, o *Options) {
		onTheFloor(f, o)
		f.happens("case-000006", "boris", time.Minute, &callback.CaseAssigned{To: "boris"})
		f.happens("case-000007", "boris", time.Minute, &callback.SuppressRequested{Reason: "by letter"})
	}
	for _, size := range goldenSizes {
		x := newHand(t, size[0], size[1], waiting)
		x.press("w")
		x.sees("of 7 open cases can be called now", "a supervisor's answer", "its owner, Борис Лебедев", "1 more is never called again")
		x.fits("why")
		golden(t, sized("queue_why", size), x.screen())
		x.wait(grace)
		x.press("esc")
		x.misses("never called again")
	}
	// What has no room is told, and reached by scrolling.
	small := newHand(t, 60, 16, waiting, func(f *fake, _ *Options) {
		for i := range 12 {
			k := f.open(fmt.Sprintf("more-%d", i), people[i%3])
			k.Plan.Owner = fmt.Sprintf("colleague-%02d", i)
			f.cases[k.ID] = k
		}
		f.moved()
	})
	small.press("w")
	small.wait(grace)
	small.sees("│ ↓ ")
	small.fits("a long why")
	for range 40 {
		small.press("j")
	}
	small.sees("│ ↑ ")
	small.misses("│ ↓ ")
	small.press("k")
	small.sees("│ ↓ ")
	x := newHand(t, 120, 40, waiting, func(f *fake, _ *Options) { f.fails["Why"] = errors.New("the disk is slow") })
	x.press("w")
	x.sees("the disk is slow")
}

// Of two in the same tier the pane names what makes the difference.
func TestBeatsNamesTheDifference(t *testing.T) {
	mine := []callback.Factor{{Name: "deadline", Points: 30}, {Name: "severity", Points: 20}, {Name: "value", Points: 4}, {Name: "attempts", Points: 0}}
	theirs := []callback.Factor{{Name: "deadline", Points: 29.8}, {Name: "severity", Points: 10}, {Name: "value", Points: 12}, {Name: "attempts", Points: -8}}
	if got := aheadBy(mine, theirs); got != "severity +10, attempts +8" {
		t.Errorf("ahead by %q", got)
	}
	if got := aheadBy(mine, nil); got != "" {
		t.Errorf("ahead of nothing by %q", got)
	}
}
