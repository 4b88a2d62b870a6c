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
			walker.lead(w.code)
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
	// alone is how long an escape stays alone to be a key of its own: three times what the program waits.
	alone = 150 * time.Millisecond
)

func (x *walker) press(keys ...string) {
	for _, k := range keys {
		x.answer(deaf, func() { x.Type(k) })
		if k == "\x1b" {
			rig.Rest(alone) // else it begins the next key
		}
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

// reach presses keys and waits until a room's own heading stands on the screen: what was never opened would prove
// nothing.
func (x *walker) reach(heading string, keys ...string) {
	before := x.Mark()
	x.press(keys...)
	x.See(before, heading)
}

// walk is a day of somebody who opens everything.
func (x *walker) walk() {
	const down, right, left, enter, esc, tab, page = "\x1b[B", "\x1b[C", "\x1b[D", "\r", "\x1b", "\t", "\x1b[6~"
	for range len(vectors) / 10 {
		x.press(page)
	}
	x.press("g", down, down, "v", "J", "J", "v")
	x.reach("Keys of Queue", "?")
	x.press(page, esc)
	x.reach("Commands", ":")
	x.press(down, esc, "/", "V0", enter, esc)
	x.reach("Who rings?", "i")
	x.press("V0", down, esc)
	x.reach("Note on ", "n")
	x.press("own V words", esc)
	x.press("p", down, esc)
	x.reach("Skip ", "s")
	x.press(down, esc)
	x.reach("preparing", "g", enter)
	x.press(right, right, "n", "my note", esc)
	x.reach("ringing", enter)
	x.reach("talking", "a")
	x.reach("▸ 1  yes", left, left, "w")
	x.press("1")
	x.reach("What was it about?", "r")
	x.reach("Who can change it?", "1", "1")
	x.reach("what we will do", "1", "p")
	x.press("promise", enter, "tomorrow 10:00", enter)
	x.reach("How likely?", "s")
	x.press("3", enter)
	x.reach("wrapping up", "h")
	x.reach("How did the call end?", "o")
	x.press(down, down, esc)
	x.reach("is not saved", esc)
	x.press("k")
	x.reach("What the calls did", "3")
	x.press(tab, tab, page)
	x.reach("words/min", "4", " ")
	for range vectors {
		x.press(right)
	}
	x.press("c", "c", "p", "L")
	x.reach("Find words in the comments", "/")
	x.press("V1", enter, esc)
	x.reach("Storage", "5")
	x.press(down, down, enter, esc, "r", "?", esc)
}

// lead is the day of a supervisor: the floor, calls outside the queue, numbers, a day pack, a desk before the door.
func (x *walker) lead(code string) {
	const down, enter, esc, tab, page = "\x1b[B", "\r", "\x1b", "\t", "\x1b[6~"
	x.reach("To be answered", "6")
	x.press(page, "g")
	for range 12 {
		x.press(down)
	}
	x.reach("Return ", "g", "w")
	x.press("my words", esc)
	x.reach("Give ", "a")
	x.press(down, esc)
	x.reach("settled by a supervisor", "x")
	x.press(down, esc, "c", esc)
	x.reach("Promised to ", "G", "p")
	x.press(esc)
	x.reach("Keys of Floor", "?")
	x.press(esc, "r")
	// Whose number it is shows while it is typed; then what is to become of the call.
	x.reach("customer", "1")
	x.reach("Call somebody outside the queue", "a")
	x.press("+12015550041", tab, "Their name", tab, "a reason", enter)
	x.back()
	x.reach("Call somebody outside the queue", "1", "a")
	x.press("+12015560001", enter)
	x.back()
	x.reach("Who rings?", "1", "i")
	x.reach("Who rings? \"0040\"", "0040", enter)
	x.back()
	x.reach("Take the next", "t")
	x.press(enter, "t", esc, "T", esc)
	x.press("g", down, enter)
	x.reach("Numbers of ", "N")
	x.press(down, down, esc, esc, "1")
	x.reach("Storage", "5")
	x.press(down, down, enter, esc)
	// A desk of any name asks to be let in; the form turns it away.
	x.reach("Let a desk in", ":", "pair a desk", enter)
	x.reach("Desk "+mark(doorVector), code, enter)
	x.press(down, "\x1b[A")
	x.back()
}

// back leaves whatever is open: what opens by itself takes no key for a moment.
func (x *walker) back() {
	for range 4 {
		x.press("\x1b")
	}
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
