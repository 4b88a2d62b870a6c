package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

// serverProcess is a real ringback-server that a test started. It can be
// stopped, killed and started again with the same port and database.
type serverProcess struct {
	program string
	dir     string
	// addr is host:0 before the first start, and what the server chose after.
	addr string
	// url is where it listens; admin is the token it showed on its first start.
	url, admin string
	cmd        *exec.Cmd
	said       *lines
	done       chan struct{}
}

// startPatience bounds how long a server may take to listen on a busy machine.
const serverPatience = 60 * time.Second

func newServer(program, dir string) *serverProcess {
	return &serverProcess{program: program, dir: dir, addr: "127.0.0.1:0"}
}

var (
	urlWord   = regexp.MustCompile(`https?://[0-9a-zA-Z.\[\]:-]+:[0-9]+`)
	tokenWord = regexp.MustCompile(`(rb_[A-Za-z0-9_-]+)`)
)

// start runs the server, with more flags, until it says where it listens.
func (s *serverProcess) start(flags ...string) error {
	args := []string{"serve", "--addr", s.addr, "--db", "sqlite:" + filepath.Join(s.dir, "server.db")}
	cmd := exec.Command(s.program, append(args, flags...)...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "HOME="+s.dir, "XDG_DATA_HOME="+s.dir, "XDG_CONFIG_HOME="+s.dir)
	s.said = &lines{fresh: make(chan struct{}, 1)}
	cmd.Stdout, cmd.Stderr = s.said, s.said
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	s.cmd, s.done = cmd, make(chan struct{})
	go func() { _ = cmd.Wait(); close(s.done) }()
	deadline := time.After(serverPatience)
	for {
		text := s.said.String()
		if u := urlWord.FindString(text); u != "" && (s.admin != "" || tokenWord.MatchString(text)) {
			s.url = u
			s.addr = strings.TrimPrefix(strings.TrimPrefix(u, "http://"), "https://")
			if m := tokenWord.FindStringSubmatch(text); m != nil {
				s.admin = m[1]
			}
			return nil
		}
		select {
		case <-s.said.fresh:
		case <-s.done:
			return fmt.Errorf("the server ended at its start:\n%s", s.said)
		case <-deadline:
			s.kill()
			return fmt.Errorf("the server did not say where it listens:\n%s", s.said)
		}
	}
}

// stop asks the server to end and waits for it.
func (s *serverProcess) stop() { s.end(syscall.SIGTERM) }

// kill ends the server without a word, as a power cut would.
func (s *serverProcess) kill() { s.end(syscall.SIGKILL) }

func (s *serverProcess) end(sig os.Signal) {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(sig)
	select {
	case <-s.done:
	case <-time.After(10 * time.Second):
		_ = s.cmd.Process.Kill()
		<-s.done
	}
	s.cmd = nil
}

// lines collects what a process prints and tells when there is more.
type lines struct {
	mu    sync.Mutex
	text  strings.Builder
	fresh chan struct{}
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(p)
	select {
	case l.fresh <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// firstLine waits for a process's first line. It reads no further than that.
func firstLine(r io.Reader, patience time.Duration) (string, error) {
	type answer struct {
		line string
		err  error
	}
	ch := make(chan answer, 1)
	go func() {
		var line []byte
		for b := make([]byte, 1); ; {
			n, err := r.Read(b)
			line = append(line, b[:n]...)
			if err != nil || n == 1 && b[0] == '\n' {
				ch <- answer{string(line), err}
				return
			}
		}
	}()
	select {
	case a := <-ch:
		return a.line, a.err
	case <-time.After(patience):
		return "", fmt.Errorf("no line within %s", patience)
	}
}
