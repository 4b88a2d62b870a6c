package ui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"go.uber.org/goleak"

	"ringback/callback"
)

// tape is a terminal that remembers what it was sent, and tells when something
// it waits for has come.
type tape struct {
	mu   sync.Mutex
	b    bytes.Buffer
	want string
	came chan struct{}
}

func (p *tape) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.b.Write(b)
	if p.want != "" && strings.Contains(p.b.String(), p.want) {
		p.want = ""
		close(p.came)
	}
	return len(b), nil
}

func (p *tape) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.String()
}

func runOptions() Options {
	f := newFake(func() time.Time { return monday })
	f.fill(8, people)
	f.rows()
	return Options{
		Desk: f, Agenda: f, Drafts: f, Link: f, Packs: f, Line: f, Bell: make(chan struct{}), Me: f.me, Zone: time.UTC, Now: f.now, Instant: f.instant,
		NewID: func() string { return "id" }, Look: Look{Theme: "dark", Environ: []string{"TERM=xterm-256color"}},
	}
}

// When the context ends the front ends without an error, leaves the alternate
// screen and no goroutine.
func TestRunEndsWithItsContext(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	out := &tape{want: "Maria", came: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, runOptions(), tea.WithInput(nil), tea.WithOutput(out), tea.WithWindowSize(100, 30), tea.WithoutSignals())
	}()
	<-out.came
	cancel()
	if err := <-done; err != nil {
		t.Errorf("error is %v", err)
	}
	if s := out.String(); !strings.Contains(s, "\x1b[?1049h") || !strings.Contains(s, "\x1b[?1049l") {
		t.Error("the alternate screen was not entered and left")
	}
}

// crashing is a desk whose queue panics.
type crashing struct{ *fake }

func (crashing) Queue(callback.QueueQuery) (callback.QueuePage, error) { panic("oh no") }

// A panic, also in the background, leaves the terminal as it was and is told.
func TestRunSurvivesPanics(t *testing.T) {
	o := runOptions()
	o.Desk = crashing{o.Desk.(*fake)}
	out := &tape{}
	err := run(context.Background(), o, tea.WithInput(nil), tea.WithOutput(out), tea.WithWindowSize(100, 30), tea.WithoutSignals())
	if !errors.Is(err, tea.ErrProgramPanic) {
		t.Errorf("error is %v", err)
	}
	if s := out.String(); strings.Contains(s, "\x1b[?1049h") && !strings.Contains(s, "\x1b[?1049l") {
		t.Error("the terminal stays in the alternate screen")
	}
}

// What a panic carries is told only as far as Go itself says it: the rest may
// be a customer's words.
func TestPanicsTellNothingOfCustomers(t *testing.T) {
	caught := func(f func()) (v any) {
		defer func() { v = recover() }()
		f()
		return nil
	}
	const words = "Mrs. Whoever is furious"
	o := runOptions()
	s := shell{newApp(o, newCommands(context.Background(), o))}
	deep := muffled(func() tea.Msg {
		return tea.BatchMsg{func() tea.Msg { return tea.BatchMsg{func() tea.Msg { panic(words) }} }}
	})
	inner := deep().(tea.BatchMsg)[0]().(tea.BatchMsg)[0]
	for name, f := range map[string]func(){
		"a command": func() { muffled(func() tea.Msg { panic(words) })() },
		"deep down": func() { inner() },
		"an error":  func() { muffled(func() tea.Msg { panic(errors.New(words)) })() },
		"the root":  func() { s.root.screens = nil; s.root.at = 7; s.View() },
	} {
		v := caught(f)
		if v == nil || strings.Contains(fmt.Sprint(v), "Whoever") {
			t.Errorf("%s: %v", name, v)
		}
	}
	if got := fmt.Sprint(caught(func() { muffled(func() tea.Msg { return []tea.Msg{}[1] })() })); !strings.Contains(got, "index out of range") {
		t.Errorf("what Go says is lost: %s", got)
	}
}
