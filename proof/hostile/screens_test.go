package hostile

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ringback/callback"
	"ringback/proof/rig"
)

func (w *world) desk(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command(rig.Program(w.t, rig.Desk), args...)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "RINGBACK_DATA=" + filepath.Join(dir, "data"), "RINGBACK_KEYRING=off", "TZ=UTC",
		"RINGBACK_URL=" + w.url, "RINGBACK_TOKEN=" + w.token, "RINGBACK_DIAL_WITH=command", "RINGBACK_DIAL_COMMAND=true {number}",
	}
	return cmd
}

// Everything that is drawn, on every screen and in every dialog, holds nothing that could act on the terminal, and
// the attacks are there to be seen: each was drawn, cleaned.
func TestHostileTextOnEveryScreen(t *testing.T) {
	for _, size := range [][2]uint16{{80, 24}, {120, 40}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			w, dir := newWorld(t), t.TempDir()
			if out, code, err := rig.Run(w.desk(dir, "sync")); code != 0 || err != nil {
				t.Fatalf("sync: %d %v %s", code, err, out)
			}
			x := rig.NewScreenOf(t, size[0], size[1], w.desk(dir))
			x.See(0, "Queue")
			x.Settle()
			walker := &walker{Screen: x, cols: size[0], rows: size[1]}
			walker.walk()
			walker.lead()
			x.Settle()
			out := x.Written()
			if why := refuse(out); why != "" {
				t.Error(why)
			}
			judge(t, out)
		})
	}
}

// judge finds vectors that came through whole, which catches those made of nothing but sequences that the desk uses
// itself, and vectors that never came to the screen, which would prove nothing.
func judge(t *testing.T, out []byte) {
	t.Helper()
	unseen := 0
	for n, v := range vectors {
		if !bytes.Contains(out, []byte(mark(n))) {
			unseen++
		}
		if strings.HasPrefix("\x1b[", v) {
			continue // the beginning of what the desk writes itself; the list refuses it when nothing fits behind it
		}
		if callback.Clean(v).String() != v && bytes.Contains(out, []byte(mark(n)+v)) {
			t.Errorf("vector %d, %q, came through", n, v)
		}
	}
	if unseen > 0 {
		t.Errorf("%d of %d vectors never came to the screen", unseen, len(vectors))
	}
}

// walker presses keys and has the whole screen drawn after each: otherwise a terminal program writes only the cells
// that changed, in which no attack can be told from its neighbour.
type walker struct {
	*rig.Screen
	cols, rows uint16
	wider      bool
}

// quiet ends an answer of the program; some keys have none, and are given up on after a while.
const (
	quiet = 20 * time.Millisecond
	deaf  = 120 * time.Millisecond
)

func (x *walker) press(keys ...string) {
	for _, k := range keys {
		x.answer(deaf, func() { x.Type(k) })
		x.wider = !x.wider
		cols := x.cols
		if x.wider {
			cols++
		}
		x.answer(rig.Patience, func() { x.Resize(cols, x.rows) })
	}
}

// answer does something and waits for the program to answer and be quiet again.
func (x *walker) answer(patience time.Duration, do func()) {
	before := x.Mark()
	do()
	rig.Wait(patience, func() bool { return x.Mark() > before })
	x.SettleFor(quiet)
}

// walk is a day of somebody who opens everything.
func (x *walker) walk() {
	const down, right, enter, esc, tab, page = "\x1b[B", "\x1b[C", "\r", "\x1b", "\t", "\x1b[6~"
	for range len(vectors) / 10 {
		x.press(page)
	}
	x.press("g", down, down, "v", "J", "J", "v", "?", page, esc, ":", down, esc, "/", "V0", enter, esc, "i", "V0", down, esc, "n", "own V words", esc)
	x.press("p", down, esc, "s", down, esc)
	x.press("g", enter, right, right, "n", "my note", esc, enter, "a", right, "w", "1", esc, "r", "1", "2", "1", "p", "promise", enter, "tomorrow 10:00", enter, esc)
	x.press("s", "3", enter, esc, "h", "o", down, down, esc, esc, "k")
	x.press("3", tab, tab, page, "4", " ")
	for range vectors {
		x.press(right)
	}
	x.press("c", "c", "p", "L", "/", "V1", enter, esc, "5", down, down, enter, esc, "r", "?", esc)
}

// lead is the day of a supervisor: the floor, calls outside the queue, numbers, a day pack.
func (x *walker) lead() {
	const down, enter, esc, tab, page = "\x1b[B", "\r", "\x1b", "\t", "\x1b[6~"
	x.press("6", page, "g")
	for range 12 {
		x.press(down)
	}
	x.press("g", "w", "my words", esc, "a", down, esc, "x", down, esc, "c", esc, "p", esc, "?", esc, "r")
	// Whose number it is shows while it is typed; then what is to become of the call.
	x.press("1", "a", "+12015550041", tab, "Their name", tab, "a reason", enter, esc, esc)
	x.press("a", "+12015560001", enter, esc, esc, "i", "0040", enter, esc, esc)
	x.press("t", enter, "t", esc, "T", esc)
	x.press("g", down, enter, "N", down, down, esc, esc, "1")
	x.press("5", down, down, enter, esc)
}

// A desk that signs in shows what the server says, and the server may be anybody's.
func TestHostileSignIn(t *testing.T) {
	t.Parallel()
	w, dir := newWorld(t), t.TempDir()
	cmd := w.desk(dir, "login", w.url)
	cmd.Env = slices.DeleteFunc(cmd.Env, func(v string) bool {
		return strings.HasPrefix(v, "RINGBACK_TOKEN=") || strings.HasPrefix(v, "RINGBACK_URL=")
	})
	x := rig.NewScreenOf(t, 100, 50, cmd)
	x.See(0, mark(40))
	x.Settle()
	x.Kill()
	out := x.Written()
	if why := refuse(out); why != "" {
		t.Error(why)
	}
	for _, n := range []int{0, 10, 11, 33, 40} {
		if !bytes.Contains(out, []byte(mark(n))) || bytes.Contains(out, []byte(mark(n)+vectors[n])) {
			t.Errorf("vector %d in the code: %q", n, out)
		}
	}
}

// The commands' words for people, with a terminal on the other end.
func TestHostileTextInCommands(t *testing.T) {
	w, dir := newWorld(t), t.TempDir()
	shown := []byte{}
	run := func(args ...string) {
		t.Helper()
		x := rig.NewScreenOf(t, 100, 50, w.desk(dir, args...))
		x.Ended()
		out := x.Written()
		if why := refuse(out); why != "" {
			t.Errorf("ringback %s: %s", strings.Join(args, " "), why)
		}
		shown = append(shown, out...)
	}
	run("sync")
	run("queue", "--limit", "200", "--explain")
	for _, id := range w.cases[:len(vectors)] {
		run("show", id)
	}
	for _, args := range [][]string{
		{"comments", "--category", "all", "--limit", "500"},
		{"board"},
		{"promise", "list"},
		{"status"},
		{"guide", "list"},
		{"cool-off"},
		{"skips"},
		{"escalation", "list"},
		{"escalation", "take", w.cases[20]},
		{"escalation", "return", w.cases[20], "--words", "x\x1b]0;t\x07"},
		{"review", "list"},
		{"conflict", "list"},
		{"quarantine", "list"},
		{"number", "list", w.cases[0]},
		{"number", "add", w.cases[0], "+1 201 555 \x1b[31m0199"},
		{"pack", "take", "3"},
		{"pack", "list"},
		{"pack", "return"},
		{"suppress", "list"},
		{"suppress", "add", "+1 201 555 0198", "--reason", "x\x1b]0;t\x07"},
		{"audit", "list"},
		{"erase", "status"},
		{"user", "devices", "boris"},
		{"adhoc", "+1 201 555 0197", "--name", "\x1b[31mN", "--reason", "x\u202ey"},
		{"skip", w.cases[40], "--reason", "x\x1b]0;t\x07"},
		{"doctor"},
		{"policy", "show"},
		{"user", "list"},
		{"record", w.cases[0], "--disposition", "BN", "--note", "x\x1b]0;t\x07"},
		{"record", w.cases[1], "--disposition", "\x1b[31mBN"},
		{"sync"},
		{"show", "\x1b]0;owned\x07"},
		{"queue", "--filter", "\u202eevil"},
	} {
		run(args...)
	}
	judge(t, shown)
	for _, words := range []string{"Escalated " + mark(21), "Skipped " + mark(26), "N " + mark(31)} {
		if !bytes.Contains(shown, []byte(words)) {
			t.Errorf("%q was never shown", words)
		}
	}
}
