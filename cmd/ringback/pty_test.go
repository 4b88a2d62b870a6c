package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// screenful is a program in a bare pseudo-terminal that counts what the
// program writes and answers its questions as a common terminal does.
type screenful struct {
	cmd  *exec.Cmd
	file *os.File

	mu      sync.Mutex
	all     bytes.Buffer
	last    time.Time
	ended   bool
	marked  time.Time
	mark    []byte
	started time.Time
}

// answers are what a terminal says to the questions of programs.
var answers = []struct{ question, answer string }{
	{"\x1b]11;?", "\x1b]11;rgb:1616/1616/1e1e\x1b\\"},
	{"\x1b]10;?", "\x1b]10;rgb:d8d8/d8d8/e0e0\x1b\\"},
	{"\x1b[c", "\x1b[?62;22c"},
	{"\x1b[?2026$p", "\x1b[?2026;2$y"},
	{"\x1b[?2027$p", "\x1b[?2027;0$y"},
	{"\x1b[?u", "\x1b[?0u"},
	{"\x1b[>q", "\x1bP>|bench\x1b\\"},
	{"\x1b[>0q", "\x1bP>|bench\x1b\\"},
	{"\x1b[6n", "\x1b[1;1R"},
}

// startScreen runs a program at 120x40 and notes when mark is first written.
func startScreen(b testing.TB, mark string, env []string, argv ...string) *screenful {
	b.Helper()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8", "TZ=UTC"}, env...)
	s := &screenful{cmd: cmd, mark: []byte(mark), started: time.Now()}
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		b.Fatal(err)
	}
	s.file = f
	go s.read()
	b.Cleanup(s.end)
	return s
}

func (s *screenful) read() {
	buf := make([]byte, 64<<10)
	for {
		n, err := s.file.Read(buf)
		now := time.Now()
		s.mu.Lock()
		s.all.Write(buf[:n])
		s.last = now
		if s.marked.IsZero() && bytes.Contains(s.all.Bytes(), s.mark) {
			s.marked = now
		}
		s.ended = err != nil
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

// firstFrame waits until the mark was written and tells how long it took from
// the start of the process.
func (s *screenful) firstFrame(b testing.TB) time.Duration {
	b.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for {
		s.mu.Lock()
		marked, ended, text := s.marked, s.ended, s.all.String()
		s.mu.Unlock()
		if !marked.IsZero() {
			return marked.Sub(s.started)
		}
		if ended || time.Now().After(deadline) {
			b.Fatalf("%s never showed %q (ended: %v); it wrote %q", s.cmd.Path, s.mark, ended, text[max(0, len(text)-2000):])
		}
		time.Sleep(200 * time.Microsecond)
	}
}

// written tells how many bytes were written until now, and when the last came.
func (s *screenful) written() (int, time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.Len(), s.last
}

// rest waits until nothing was written for a while.
func (s *screenful) rest(quiet time.Duration) {
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		if _, last := s.written(); time.Since(last) >= quiet {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// keys presses a key so often, each time waiting for the answer to end, and
// gives the bytes written for each press.
func (s *screenful) keys(b testing.TB, key string, times int) []int {
	b.Helper()
	out := make([]int, 0, times)
	for range times {
		before, _ := s.written()
		if _, err := s.file.WriteString(key); err != nil {
			b.Fatal(err)
		}
		deadline := time.Now().Add(2 * time.Second)
		for {
			if n, _ := s.written(); n > before || time.Now().After(deadline) {
				break
			}
			time.Sleep(time.Millisecond)
		}
		s.rest(25 * time.Millisecond)
		after, _ := s.written()
		out = append(out, after-before)
	}
	return out
}

// cpu is the processor time the program has taken so far; its resolution is a
// hundredth of a second.
func (s *screenful) cpu(b testing.TB) time.Duration {
	b.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	f := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// settle waits until the program has done what its start brings with it: until
// a second took less than a thirtieth of a processor. It tells what the start
// took.
func (s *screenful) settle(b testing.TB) time.Duration {
	b.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for took := s.cpu(b); ; {
		time.Sleep(time.Second)
		now := s.cpu(b)
		if now-took <= 30*time.Millisecond {
			return now
		}
		if time.Now().After(deadline) {
			b.Fatalf("%s does not come to rest", s.cmd.Path)
		}
		took = now
	}
}

// memory is the program's resident memory in KiB: all of it, and the part that
// is no page of a file and so cannot simply be dropped.
func (s *screenful) memory(b testing.TB) (all, own int) {
	b.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	field := func(name string) int {
		_, after, ok := strings.Cut(string(raw), name)
		if !ok {
			b.Fatalf("no %s in /proc", name)
		}
		n, err := strconv.Atoi(strings.Fields(after)[0])
		if err != nil {
			b.Fatal(err)
		}
		return n
	}
	return field("VmRSS:"), field("RssAnon:")
}

func (s *screenful) end() {
	if s.cmd.Process != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	}
	_ = s.file.Close()
}
