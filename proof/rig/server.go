package rig

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"ringback/callback"
)

// Process is a real ringback-server. It can be killed and started again on the same port and
// database.
type Process struct {
	program, dsn string
	// Under runs the program below another one, such as a child that makes its disk lie.
	Under func(argv ...string) *exec.Cmd
	// URL is where it listens, Admin the token that its first start showed.
	URL, Admin string
	addr       string
	// state is where the files lie that belong beside a database of PostgreSQL; empty for SQLite.
	state string
	cmd   *exec.Cmd
	gone  chan struct{}
	errs  *tail
}

// NewServer gives a server that has not started yet.
func NewServer(t testing.TB, dsn string) *Process {
	t.Helper()
	s := &Process{program: Program(t, Server), dsn: dsn, addr: "127.0.0.1:0"}
	if !strings.HasPrefix(dsn, "sqlite:") { // else it would write beside those of the user's own servers
		s.state = filepath.Join(t.TempDir(), "state")
	}
	t.Cleanup(s.Kill)
	return s
}

// Standby gives another server, not started yet, for the same database, which dsn names as well,
// with the same files beside it and an address of its own.
func (s *Process) Standby(t testing.TB, dsn string) *Process {
	t.Helper()
	other := &Process{program: s.program, dsn: dsn, state: s.state, addr: "127.0.0.1:0"}
	t.Cleanup(other.Kill)
	return other
}

// Ended waits until the server has ended by itself, and gives its exit code.
func (s *Process) Ended(t testing.TB) int {
	t.Helper()
	select {
	case <-s.gone:
	case <-time.After(Patience):
		t.Fatalf("the server goes on; it said: %s", s.errs)
	}
	code := s.cmd.ProcessState.ExitCode()
	s.cmd = nil
	return code
}

// MustStart starts the server or ends the test.
func (s *Process) MustStart(t testing.TB) {
	t.Helper()
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
}

// Start runs the server until it says where it listens.
func (s *Process) Start() error {
	argv := []string{s.program, "serve", "--json", "--addr", s.addr, "--db", s.dsn}
	cmd := exec.Command(argv[0], argv[1:]...)
	if s.Under != nil {
		cmd = s.Under(argv...)
	}
	s.errs = &tail{}
	s.home(cmd)
	cmd.Stderr = s.errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	line := make(chan string, 1)
	gone := make(chan struct{})
	go func() {
		r := bufio.NewReader(out)
		first, _ := r.ReadString('\n')
		line <- first
		_, _ = io.Copy(io.Discard, r)
		_ = cmd.Wait()
		close(gone)
	}()
	s.cmd, s.gone = cmd, gone
	var told struct {
		URL   string              `json:"url"`
		Admin *callback.UserToken `json:"admin"`
	}
	select {
	case text := <-line:
		if err := json.Unmarshal([]byte(text), &told); err != nil {
			s.Kill()
			return fmt.Errorf("the server said %q: %s", text, s.errs)
		}
	case <-time.After(Patience):
		s.Kill()
		return errors.New("the server did not say where it listens")
	}
	s.URL, s.addr = told.URL, strings.TrimPrefix(told.URL, "http://")
	if told.Admin != nil {
		s.Admin = told.Admin.Token
	}
	return nil
}

// home tells a program where the server's own files are.
func (s *Process) home(cmd *exec.Cmd) {
	if s.state != "" {
		cmd.Env = append(cmd.Environ(), "RINGBACK_STATE="+s.state)
	}
}

// Kill ends the server without a word.
func (s *Process) Kill() { s.end(os.Kill) }

// Stop asks the server to end, and waits for it.
func (s *Process) Stop() { s.end(os.Interrupt) }

func (s *Process) end(sig os.Signal) {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(sig)
	select {
	case <-s.gone:
	case <-time.After(15 * time.Second):
		_ = s.cmd.Process.Kill()
		<-s.gone
	}
	s.cmd = nil
}

// DSN is the address of its database.
func (s *Process) DSN() string { return s.dsn }

// Up tells whether the server was started and not ended.
func (s *Process) Up() bool { return s.cmd != nil }

// Command gives a command line of the server's program.
func (s *Process) Command(args ...string) *exec.Cmd {
	cmd := exec.Command(s.program, args...)
	s.home(cmd)
	return cmd
}

// PID is the server's process.
func (s *Process) PID() int { return s.cmd.Process.Pid }

// Signal sends the server a signal.
func (s *Process) Signal(sig syscall.Signal) error { return s.cmd.Process.Signal(sig) }

// Said is the end of what the server wrote to its log.
func (s *Process) Said() string { return s.errs.String() }

// Check runs `ringback-server check` on the database and gives what it found.
func (s *Process) Check() (callback.CheckReport, error) {
	var report callback.CheckReport
	out, code, err := Run(s.Command("check", "--json", "--db", s.dsn))
	if err != nil {
		return report, err
	}
	if err := json.Unmarshal([]byte(firstLine(out)), &report); err != nil {
		return report, fmt.Errorf("check ended with %d and said %q", code, out)
	}
	return report, nil
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// tail keeps the end of what is written to it.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

const tailSize = 8 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if len(t.buf) > 2*tailSize {
		t.buf = append([]byte(nil), t.buf[len(t.buf)-tailSize:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.buf)
}
