package ui

import (
	"context"
	"fmt"
	"runtime"
	"sort"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// meter counts what a program writes to its terminal.
type meter struct {
	mu    sync.Mutex
	n     int
	wrote chan struct{}
}

func newMeter() *meter { return &meter{wrote: make(chan struct{}, 1)} }

func (m *meter) Write(p []byte) (int, error) {
	m.mu.Lock()
	m.n += len(p)
	m.mu.Unlock()
	select {
	case m.wrote <- struct{}{}:
	default:
	}
	return len(p), nil
}

// Times for which a terminal must be quiet to have drawn everything: a few
// frames for one of many, and long enough on a busy machine for a single one.
const (
	brief = 40 * time.Millisecond
	sure  = 300 * time.Millisecond
)

// frame gives the bytes written since the last call, once the terminal has
// been quiet for a while.
func (m *meter) frame(t testing.TB, quiet time.Duration) int {
	t.Helper()
	select {
	case <-m.wrote:
	case <-time.After(30 * time.Second):
		t.Fatal("the program drew nothing for half a minute")
	}
	for still := false; !still; {
		select {
		case <-m.wrote:
		case <-time.After(quiet):
			still = true
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.n
	m.n = 0
	return n
}

// live is the front in a real program, drawn by the real renderer to a meter,
// with the clock held still.
type live struct {
	*meter
	prog *tea.Program
	mu   sync.Mutex
	at   time.Time
}

func (l *live) now() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.at
}

func newLive(t testing.TB, n, w, h int) *live {
	t.Helper()
	l := &live{meter: newMeter(), at: monday}
	desk := newFake(l.now)
	crowd(n)(desk, nil)
	desk.rows()
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	o := Options{
		Desk: desk, Agenda: desk, Drafts: desk, Link: desk, Packs: desk, Line: desk, Me: desk.me, Zone: zone, Now: l.now, Instant: desk.instant,
		NewID: func() string { return "id" }, Look: Look{Theme: "dark"},
	}
	do := newCommands(context.Background(), o)
	do.after = func(time.Duration, tea.Msg) tea.Cmd { return nil }
	l.prog = tea.NewProgram(newApp(o, do), tea.WithInput(nil), tea.WithOutput(l), tea.WithWindowSize(w, h), tea.WithoutSignals(),
		tea.WithEnvironment([]string{"TERM=xterm-256color", "COLORTERM=truecolor"}), tea.WithColorProfile(colorprofile.TrueColor))
	done := make(chan error, 1)
	go func() {
		_, err := l.prog.Run()
		done <- err
	}()
	t.Cleanup(func() {
		l.prog.Quit()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	l.frame(t, sure)
	return l
}

// A second that passes with Chinese, Japanese and Cyrillic on the screen must
// not repaint lines that did not change (blueprint, budget B2).
func TestIdleSecondCostsFewBytes(t *testing.T) {
	l := newLive(t, 40, 120, 40)
	l.mu.Lock()
	l.at = monday.Add(time.Second)
	l.mu.Unlock()
	l.prog.Send(tick{})
	l.prog.Send(notice{"x"})
	l.frame(t, sure)
	l.mu.Lock()
	l.at = monday.Add(newsFor + 2*time.Second)
	l.mu.Unlock()
	l.prog.Send(tick{})
	if n := l.frame(t, sure); n > 200 {
		t.Errorf("a second in which one note disappears costs %d bytes; the budget is 200", n)
	}
}

// One key with the details beside the list stays below 2 KB, however long the
// queue is.
func TestKeyCostsFewBytes(t *testing.T) {
	for _, n := range []int{1000, 10000} {
		l := newLive(t, n, 120, 40)
		const keys = 8
		total := 0
		for range keys {
			l.prog.Send(pressOf("j"))
			total += l.frame(t, brief)
		}
		t.Logf("%d cases: %d bytes a key", n, total/keys)
		if total/keys > 2048 {
			t.Errorf("%d cases: a key costs %d bytes; the budget is 2048", n, total/keys)
		}
	}
}

// BenchmarkKey is one key with everything it brings: Update, the page and the
// case when they are needed, and View.
func BenchmarkKey(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprintf("cases=%d", n), func(b *testing.B) {
			x := newHand(b, 120, 40, crowd(n))
			var took []time.Duration
			runtime.GC()
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				key := "j"
				if i%400 >= 200 {
					key = "k"
				}
				start := time.Now()
				_, cmd := x.app.Update(pressOf(key))
				_ = x.app.View()
				took = append(took, time.Since(start))
				b.StopTimer()
				x.drain(cmd)
				b.StartTimer()
			}
			sort.Slice(took, func(i, j int) bool { return took[i] < took[j] })
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}

// BenchmarkView is the picture after every kind of news, caches dropped.
func BenchmarkView(b *testing.B) {
	for i, s := range []string{"queue", "board", "replay", "sync"} {
		b.Run(s, func(b *testing.B) {
			x := newHand(b, 120, 40, worked)
			x.press("alt+" + string(rune('1'+i)))
			b.ReportAllocs()
			for b.Loop() {
				x.app.broadcast(themeChanged{})
				_ = x.app.View()
			}
		})
	}
}
