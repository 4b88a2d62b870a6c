package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// terminal is a real terminal (tmux) with one program in it.
type terminal struct {
	t      testing.TB
	socket string
	dir    string
	env    []string
}

// screenPatience bounds how long a text may take to appear on a busy machine.
const screenPatience = 30 * time.Second

// tmuxConfig keeps the last screen of a program that ended, and gives all
// lines to it.
const tmuxConfig = `set -g remain-on-exit on
set -g status off
set -g default-terminal "tmux-256color"
set -g escape-time 0
set -g history-limit 2000
`

// newTerminal opens a terminal of a size whose programs see env besides a bare
// environment of their own.
func newTerminal(t testing.TB, width, height int, env ...string) *terminal {
	t.Helper()
	if os.Getenv("RINGBACK_TEST_TMUX") == "skip" {
		t.Skip("RINGBACK_TEST_TMUX=skip: nothing is tested in a real terminal")
	}
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Fatal("tmux, the terminal of the end-to-end stories, is not on this machine: run scripts/deps.sh e2e, or set RINGBACK_TEST_TMUX=skip to go without")
	}
	// Socket paths may have 107 bytes at most, which a test's own folder exceeds.
	dir, err := os.MkdirTemp("/tmp", "ringback-tmux-")
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{t: t, dir: dir, socket: filepath.Join(dir, "s"), env: env}
	if err := os.WriteFile(filepath.Join(dir, "conf"), []byte(tmuxConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = term.tmux("kill-server").Run()
		_ = os.RemoveAll(dir)
	})
	term.must("new-session", "-d", "-s", "desk", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height), "sleep", "1000000")
	term.size(width, height)
	return term
}

func (term *terminal) tmux(args ...string) *exec.Cmd {
	cmd := exec.Command("tmux", append([]string{"-u", "-S", term.socket, "-f", filepath.Join(term.dir, "conf")}, args...)...)
	cmd.Env = append(withoutEnv(os.Environ(), "TMUX", "TMUX_PANE", "LC_ALL"), "LANG=C.UTF-8")
	return cmd
}

func withoutEnv(environ []string, names ...string) []string {
	var out []string
next:
	for _, kv := range environ {
		for _, n := range names {
			if strings.HasPrefix(kv, n+"=") {
				continue next
			}
		}
		out = append(out, kv)
	}
	return out
}

func (term *terminal) must(args ...string) string {
	term.t.Helper()
	out, err := term.tmux(args...).CombinedOutput()
	if err != nil {
		term.t.Fatalf("tmux %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// run starts a program in the terminal in place of what was there. A shell
// stands by it and writes down how it ended: tmux does not always hear of that.
func (term *terminal) run(argv ...string) {
	term.t.Helper()
	if err := os.Remove(term.codeFile()); err != nil && !os.IsNotExist(err) {
		term.t.Fatal(err)
	}
	args := []string{"respawn-pane", "-k", "-t", "desk", "env", "-i", "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "TERM=tmux-256color", "COLORTERM=truecolor"}
	args = append(args, term.env...)
	args = append(args, "sh", "-c", `"$@"; echo $? >"$0.new"; mv "$0.new" "$0"`, term.codeFile())
	term.must(append(args, argv...)...)
}

// codeFile gets the exit code of the program in the terminal.
func (term *terminal) codeFile() string { return filepath.Join(term.dir, "exit-code") }

// press sends keys by tmux's names: Enter, Escape, Down, C-s, a.
func (term *terminal) press(keys ...string) {
	term.t.Helper()
	term.must(append([]string{"send-keys", "-t", "desk"}, keys...)...)
}

// write types text as it stands.
func (term *terminal) write(text string) {
	term.t.Helper()
	term.must("send-keys", "-t", "desk", "-l", "--", text)
}

// screen gives what stands on the terminal, without trailing blanks.
func (term *terminal) screen() string {
	term.t.Helper()
	return term.must("capture-pane", "-p", "-t", "desk")
}

// raw gives the screen with its escape sequences for colours.
func (term *terminal) raw() string {
	term.t.Helper()
	return term.must("capture-pane", "-p", "-e", "-t", "desk")
}

// see waits until all the texts stand on the screen at once.
func (term *terminal) see(texts ...string) string {
	term.t.Helper()
	return term.until("see "+strings.Join(texts, " and "), func(screen string) bool {
		for _, s := range texts {
			if !strings.Contains(screen, s) {
				return false
			}
		}
		return true
	})
}

// unsee waits until a text is gone from the screen.
func (term *terminal) unsee(text string) string {
	term.t.Helper()
	return term.until("no longer see "+text, func(screen string) bool { return !strings.Contains(screen, text) })
}

// until waits for a state of the screen.
func (term *terminal) until(what string, ok func(screen string) bool) string {
	term.t.Helper()
	deadline := time.Now().Add(screenPatience)
	for {
		screen := term.screen()
		if ok(screen) {
			return screen
		}
		if time.Now().After(deadline) {
			term.t.Fatalf("did not %s within %s; the screen was:\n%s", what, screenPatience, screen)
		}
		time.Sleep(30 * time.Millisecond)
	}
}

// size sets the terminal's size; programs see it as a resize.
func (term *terminal) size(width, height int) {
	term.t.Helper()
	term.must("resize-window", "-t", "desk", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height))
}

// fits waits until the program has drawn itself for the whole height of the
// terminal, and fails if it never does.
func (term *terminal) fits(width, height int) {
	term.t.Helper()
	got := strings.TrimSpace(term.must("display-message", "-p", "-t", "desk", "#{pane_width}x#{pane_height}"))
	if want := fmt.Sprintf("%dx%d", width, height); got != want {
		term.t.Fatalf("the terminal is %s, not %s", got, want)
	}
	term.until(fmt.Sprintf("draw all of %dx%d", width, height), func(screen string) bool {
		lines := strings.Split(strings.TrimRight(screen, "\n"), "\n")
		return len(lines) == height
	})
}

// pid is the process of the program in the terminal, the shell's only child.
func (term *terminal) pid() int {
	term.t.Helper()
	shell := strings.TrimSpace(term.must("display-message", "-p", "-t", "desk", "#{pane_pid}"))
	out, err := os.ReadFile(filepath.Join("/proc", shell, "task", shell, "children"))
	if err != nil { // not Linux
		out, err = exec.Command("pgrep", "-P", shell).Output()
	}
	if err != nil {
		term.t.Fatalf("find the program in the terminal: %v", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		term.t.Fatal(err)
	}
	return n
}

// kill ends the program without a word.
func (term *terminal) kill() {
	term.t.Helper()
	if err := syscall.Kill(term.pid(), syscall.SIGKILL); err != nil {
		term.t.Fatal(err)
	}
	term.ended()
}

// ended waits for the program to end and gives its exit code, 128 and the
// signal's number if a signal ended it.
func (term *terminal) ended() int {
	term.t.Helper()
	deadline := time.Now().Add(screenPatience)
	for {
		if raw, err := os.ReadFile(term.codeFile()); err == nil {
			code, err := strconv.Atoi(strings.TrimSpace(string(raw)))
			if err != nil {
				term.t.Fatal(err)
			}
			return code
		}
		if time.Now().After(deadline) {
			term.t.Fatalf("the program did not end; the screen was:\n%s", term.screen())
		}
		time.Sleep(30 * time.Millisecond)
	}
}
