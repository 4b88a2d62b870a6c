package rig

import (
	"bytes"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// Screen is a program in a pseudo-terminal that answers the questions programs ask of a terminal.
type Screen struct {
	t    testing.TB
	cmd  *exec.Cmd
	file *os.File
	gone chan struct{}

	mu   sync.Mutex
	all  []byte
	last time.Time
}

// answers are what a common terminal says to the questions of programs.
var answers = []struct{ question, answer string }{
	{"\x1b]11;?", "\x1b]11;rgb:1616/1616/1e1e\x1b\\"},
	{"\x1b]10;?", "\x1b]10;rgb:d8d8/d8d8/e0e0\x1b\\"},
	{"\x1b[c", "\x1b[?62;22c"},
	{"\x1b[?2026$p", "\x1b[?2026;2$y"},
	{"\x1b[?2027$p", "\x1b[?2027;0$y"},
	{"\x1b[?u", "\x1b[?0u"},
	{"\x1b[6n", "\x1b[1;1R"},
}

// NewScreen starts a program in a terminal of 120x40.
func NewScreen(t testing.TB, cmd *exec.Cmd) *Screen {
	t.Helper()
	return NewScreenOf(t, 120, 40, cmd)
}

// NewScreenOf starts a program in a terminal of so many columns and rows.
func NewScreenOf(t testing.TB, cols, rows uint16, cmd *exec.Cmd) *Screen {
	t.Helper()
	cmd.Env = append(cmd.Env, "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8")
	s := &Screen{t: t, cmd: cmd, gone: make(chan struct{})}
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: rows, Cols: cols})
	if err != nil {
		t.Fatal(err)
	}
	s.file = f
	go s.read()
	t.Cleanup(s.Kill)
	return s
}

func (s *Screen) read() {
	defer close(s.gone)
	buf := make([]byte, 64<<10)
	for {
		n, err := s.file.Read(buf)
		s.mu.Lock()
		s.all = append(s.all, buf[:n]...)
		s.last = time.Now()
		s.mu.Unlock()
		for _, a := range answers {
			for range bytes.Count(buf[:n], []byte(a.question)) {
				_, _ = s.file.WriteString(a.answer)
			}
		}
		if err != nil {
			return
		}
	}
}

// Mark gives a place in what was written, to look for what comes after it.
func (s *Screen) Mark() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.all)
}

// See waits until a text is written after the mark.
func (s *Screen) See(mark int, text string) {
	s.t.Helper()
	if !Wait(Patience, func() bool { return s.Has(mark, text) }) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.t.Fatalf("the screen never showed %q; it wrote %q", text, s.all[max(mark, len(s.all)-3000):])
	}
}

// Has tells whether a text was written after the mark.
func (s *Screen) Has(mark int, text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Contains(s.all[mark:], []byte(text))
}

// Written is everything that was written so far.
func (s *Screen) Written() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Clone(s.all)
}

// Resize gives the terminal another size, upon which a program draws everything anew.
func (s *Screen) Resize(cols, rows uint16) {
	s.t.Helper()
	if err := pty.Setsize(s.file, &pty.Winsize{Rows: rows, Cols: cols}); err != nil {
		s.t.Fatal(err)
	}
}

// Ended waits for the program's own end.
func (s *Screen) Ended() {
	s.t.Helper()
	select {
	case <-s.gone:
	case <-time.After(Patience):
		s.t.Fatal("the program does not end")
	}
}

// Settle waits until nothing was written for a moment.
func (s *Screen) Settle() { s.SettleFor(60 * time.Millisecond) }

// SettleFor waits until nothing was written for so long.
func (s *Screen) SettleFor(quiet time.Duration) {
	Wait(Patience, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.all) > 0 && time.Since(s.last) > quiet
	})
}

// Type presses keys.
func (s *Screen) Type(keys string) {
	s.t.Helper()
	if _, err := s.file.WriteString(keys); err != nil {
		s.t.Fatalf("type %q: %v", keys, err)
	}
}

// Kill ends the program without a word.
func (s *Screen) Kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	_ = s.file.Close()
	<-s.gone
}

// PID is the program's process.
func (s *Screen) PID() int { return s.cmd.Process.Pid }
