package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// The stories of this file go from a survey's answers to the server's view as
// an agent does: the real programs, a real server, a real terminal.

// caller is an agent with a desk of her own at a real server.
type caller struct {
	t      *testing.T
	dir    string
	server *serverProcess
	env    []string
	token  string
}

// The one customer of these stories who is called, and what they say. The note
// holds letters of one, two and no cells' width in a font of the old days.
const (
	customerName  = "Ann Archer"
	customerPhone = "+12015550161"
	customerWords = "Twice late, and nobody told me."
	noteWords     = "Колесо погнуто, 很抱歉 🙂 sorry"
	promiseWords  = "Вернём деньги на карту"
)

// newCaller starts a server, imports two answers and signs an agent in. Her
// phone is a program that writes down what it was told to dial.
func newCaller(t *testing.T) *caller {
	t.Helper()
	dir := t.TempDir()
	c := &caller{t: t, dir: dir, server: newServer(builtPath(t, serverPackage), dir)}
	if err := c.server.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.server.stop)
	if err := callAnytime(c.server.url, c.server.admin); err != nil {
		t.Fatal(err)
	}
	day := time.Now().UTC().AddDate(0, 0, -2).Format(time.DateOnly)
	c.file("answers.csv", "id,answered at,score,comment,name,phone\n"+
		"T1,"+day+" 09:00,0,\""+customerWords+"\","+customerName+","+customerPhone+"\n"+
		"T2,"+day+" 09:30,6,太慢了 很慢,王芳 Wang,+12015550162\n")
	phone := c.file("phone.sh", "#!/bin/sh\nprintf '%s\\n' \"$@\" >> '"+filepath.Join(dir, "dialled")+"'\n")
	if err := os.Chmod(phone, 0o700); err != nil {
		t.Fatal(err)
	}
	c.env = []string{
		"HOME=" + dir, "RINGBACK_DATA=" + filepath.Join(dir, "desk"), "RINGBACK_KEYRING=off", "RINGBACK_URL=" + c.server.url, "TZ=UTC",
		"RINGBACK_DIAL_WITH=command", "RINGBACK_DIAL_COMMAND=" + phone + " {number} {tel}",
	}
	c.token = c.server.admin
	c.run("import", filepath.Join(dir, "answers.csv"), "--json")
	var anna callback.UserToken
	if err := json.Unmarshal([]byte(c.run("user", "add", "Anna", "--role", "agent", "--id", "anna", "--json")), &anna); err != nil {
		t.Fatal(err)
	}
	c.token = anna.Token
	return c
}

func (c *caller) file(name, text string) string {
	c.t.Helper()
	path := filepath.Join(c.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
	return path
}

func (c *caller) environ() []string { return append(slices.Clone(c.env), "RINGBACK_TOKEN="+c.token) }

// run gives what a command of the real program prints.
func (c *caller) run(args ...string) string {
	c.t.Helper()
	cmd := exec.Command(builtPath(c.t, deskPackage), args...)
	cmd.Env = append(c.environ(), "PATH="+os.Getenv("PATH"))
	out, err := cmd.Output()
	if err != nil {
		detail := ""
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			detail = string(exit.Stderr)
		}
		c.t.Fatalf("ringback %s: %v\n%s%s", strings.Join(args, " "), err, out, detail)
	}
	return string(out)
}

// sit opens the desk in a terminal of a size.
func (c *caller) sit(width, height int, env ...string) *terminal {
	c.t.Helper()
	term := newTerminal(c.t, width, height, append(c.environ(), env...)...)
	term.run(builtPath(c.t, deskPackage))
	return term
}

// served is a case as the server has it.
func (c *caller) served(id string) callback.Case {
	c.t.Helper()
	status, raw, err := ask(http.MethodGet, c.server.url+"/v1/cases/"+id, c.token, nil)
	if err != nil || status != http.StatusOK {
		c.t.Fatalf("the server's view of %s: %d %s %v", id, status, raw, err)
	}
	var doc callback.Case
	if err := json.Unmarshal(raw, &doc); err != nil {
		c.t.Fatal(err)
	}
	return doc
}

// annsCase finds the id of the customer's case by the desk's own queue. The
// desk must be closed.
func (c *caller) annsCase() string {
	c.t.Helper()
	c.run("sync")
	var page queuePageJSON
	if err := json.Unmarshal([]byte(c.run("queue", "--json")), &page); err != nil {
		c.t.Fatal(err)
	}
	for _, q := range page.Cases {
		if q.Customer == customerName {
			return q.ID
		}
	}
	c.t.Fatalf("%s is not in the queue", customerName)
	return ""
}

// untilServed waits until the server has the case in a state.
func (c *caller) untilServed(id, what string, ok func(callback.Case) bool) callback.Case {
	c.t.Helper()
	deadline := time.Now().Add(screenPatience)
	for {
		doc := c.served(id)
		if ok(doc) {
			return doc
		}
		if time.Now().After(deadline) {
			raw, _ := json.Marshal(doc)
			c.t.Fatalf("the server did not get %s within %s; it has %s", what, screenPatience, raw)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// pickUp opens the first case of the queue, dials and is answered.
func (c *caller) pickUp(term *terminal) {
	c.t.Helper()
	term.see(customerName, "王芳")
	term.press("Enter")
	term.see("preparing", customerName, "late, and nobody")
	term.press("d")
	c.untilDialled()
	term.unsee("preparing")
	term.press("a")
	term.see("talking")
}

// untilDialled waits for the phone's program to have been told the number, as
// arguments of its own and nothing else.
func (c *caller) untilDialled() {
	c.t.Helper()
	deadline := time.Now().Add(screenPatience)
	for {
		raw, err := os.ReadFile(filepath.Join(c.dir, "dialled"))
		if got := strings.Fields(string(raw)); err == nil && len(got) >= 2 {
			if want := []string{customerPhone, "tel:" + customerPhone}; !slices.Equal(got, want) {
				c.t.Fatalf("the phone was told %q, not %q", got, want)
			}
			return
		}
		if time.Now().After(deadline) {
			c.t.Fatal("the phone was told nothing")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// talk fills in what came of the call: note, root cause, promise and the score
// asked again.
func (c *caller) talk(term *terminal) {
	c.t.Helper()
	term.press("n")
	term.write(noteWords)
	term.see("Колесо погнуто", "很抱歉")
	c.stepBack(term)
	term.press("r")
	term.see("delivery")
	term.press("2")
	term.see("late", "damaged")
	term.press("1")
	term.press("Enter")
	term.unsee("Who can change it?")
	term.see("delivery")
	term.press("p")
	term.write(promiseWords)
	term.see("Вернём деньги")
	term.press("Enter")
	term.write("tomorrow 15:30")
	term.see("15:30")
	term.press("Enter")
	term.press("s")
	term.see("exactly these words", "recommend")
	term.press("9")
	term.see("[9]")
	term.press("Enter")
	term.see("9 of 10")
}

// stepBack leaves a field by escape. What comes right behind an escape would
// be taken for an alt key by any program, so it waits for the footer to change.
func (c *caller) stepBack(term *terminal) {
	c.t.Helper()
	term.press("Escape")
	term.unsee("esc back")
}

// finish says how the call ended, and sees it saved.
func (c *caller) finish(term *terminal) {
	c.t.Helper()
	term.press("o")
	term.see("How did the call end?")
	term.press("2")
	term.unsee("How did the call end?")
	term.press("Enter")
	term.see("Saved")
}

// wholeCall tells whether the server has the call as it was made, once.
func wholeCall(doc callback.Case) bool { return len(doc.Attempts) > 0 }

// checkCall fails unless the case holds the call exactly once, word by word.
func (c *caller) checkCall(doc callback.Case) {
	c.t.Helper()
	if len(doc.Attempts) != 1 || len(doc.Promises) != 1 || doc.Root == nil || doc.LastRescore() == nil || doc.LastRescore().Value == nil {
		raw, _ := json.Marshal(doc)
		c.t.Fatalf("the server has not one whole call: %s", raw)
	}
	type facts struct {
		State                                       callback.State
		Disposition                                 callback.Disposition
		Agent, Number, Note, Driver, Cause, Promise string
		Due                                         string
		Score                                       int
		CollectedBy                                 string
	}
	got := facts{
		doc.State, doc.Attempts[0].Disposition, doc.Attempts[0].Agent, doc.Attempts[0].Number, doc.Attempts[0].Note, doc.Root.Driver, doc.Root.Cause,
		doc.Promises[0].Text, doc.Promises[0].Due.Format("15:04"), *doc.LastRescore().Value, doc.LastRescore().CollectedBy,
	}
	want := facts{
		callback.InProgress, callback.TalkedPromise, "anna", customerPhone, noteWords, "delivery", "late",
		promiseWords, got.Due, 9, "agent:anna",
	}
	if got != want {
		c.t.Errorf("the server has\n%+v, want\n%+v", got, want)
	}
}

// leave closes the desk and sees that the terminal is as it was.
func (c *caller) leave(term *terminal) {
	c.t.Helper()
	term.press("C-c")
	if code := term.ended(); code != 0 {
		c.t.Errorf("the desk ended with exit code %d", code)
	}
}

// TestTerminalShift goes from the queue to the server's view in the two sizes
// that people have.
func TestTerminalShift(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			c := newCaller(t)
			id := c.annsCase()
			term := c.sit(size[0], size[1])
			term.see("Queue")
			c.pickUp(term)
			c.talk(term)
			c.finish(term)
			term.press("5")
			term.see("to send")
			term.press("s")
			doc := c.untilServed(id, "the call", wholeCall)
			c.checkCall(doc)
			term.unsee("to send")
			c.leave(term)
			if got := c.run("sync", "--json"); !strings.Contains(got, `"pushed":0`) {
				t.Errorf("something was still to be sent: %s", got)
			}
			if doc := c.served(id); len(doc.Attempts) != 1 {
				t.Errorf("the call is counted %d times", len(doc.Attempts))
			}
			if got := c.run("check", "--json"); !strings.Contains(got, `"ok":true`) {
				t.Errorf("the desk's check: %s", got)
			}
		})
	}
}

// TestTerminalOffline loses the server in the middle of the call.
func TestTerminalOffline(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	id := c.annsCase()
	term := c.sit(120, 40)
	c.pickUp(term)
	c.server.kill()
	term.see("offline")
	c.talk(term)
	c.finish(term)
	term.see("offline", "1 to send")

	if err := c.server.start(); err != nil {
		t.Fatal(err)
	}
	doc := c.untilServed(id, "the call", wholeCall)
	c.checkCall(doc)
	term.unsee("to send")
	term.unsee("offline")
	c.leave(term)
	if got := c.run("sync", "--json"); !strings.Contains(got, `"pushed":0`) {
		t.Errorf("something was sent twice: %s", got)
	}
	if doc := c.served(id); len(doc.Attempts) != 1 || len(doc.Promises) != 1 || len(doc.Scores) != 2 {
		t.Errorf("counted %d attempts, %d promises, %d scores", len(doc.Attempts), len(doc.Promises), len(doc.Scores))
	}
}

// TestTerminalKilled loses the desk while the agent types.
func TestTerminalKilled(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	id := c.annsCase()
	term := c.sit(80, 24)
	c.pickUp(term)
	before := time.Now()
	term.press("n")
	term.write(noteWords)
	term.see("很抱歉")
	c.untilKept(before)
	term.kill()

	term.run(builtPath(t, deskPackage))
	term.see("back as you left it", "Колесо погнуто, 很抱歉", "sorry")
	// It goes on in the same field: what is typed now follows the words.
	term.write("!")
	term.see("sorry!")
	term.press("BSpace")
	term.unsee("sorry!")
	c.stepBack(term)
	term.press("r")
	term.see("delivery")
	term.press("2")
	term.see("late", "damaged")
	term.press("1")
	term.press("Enter")
	term.unsee("Who can change it?")
	term.press("o")
	term.see("How did the call end?")
	term.press("4")
	term.unsee("How did the call end?")
	term.see("Did you ask?")
	term.press("d")
	term.unsee("Did you ask?")
	term.press("Enter")
	term.see("Saved")
	c.leave(term)
	c.run("sync")
	doc := c.served(id)
	if len(doc.Attempts) != 1 || doc.Attempts[0].Note != noteWords || doc.Attempts[0].Disposition != callback.TalkedListened {
		t.Errorf("the server has %+v", doc.Attempts)
	}
}

// untilKept waits until the desk has written to its outbox since a moment and
// rests: a crash may take the last quarter of a second of typing.
func (c *caller) untilKept(since time.Time) {
	c.t.Helper()
	found, _ := filepath.Glob(filepath.Join(c.dir, "desk", "desk-*", "outbox.db"))
	if len(found) != 1 {
		c.t.Fatalf("%d outboxes", len(found))
	}
	deadline := time.Now().Add(screenPatience)
	for {
		info, err := os.Stat(found[0])
		if err == nil && info.ModTime().After(since) && time.Since(info.ModTime()) > time.Second {
			return
		}
		if time.Now().After(deadline) {
			c.t.Fatal("the desk did not keep what was typed")
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// TestTerminalSizes resizes the terminal during a call, down to what is too
// small and up again.
func TestTerminalSizes(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	term := c.sit(120, 40)
	c.pickUp(term)
	term.press("n")
	term.write(noteWords)
	term.see("Колесо")
	for _, size := range [][2]int{{60, 16}, {300, 100}, {80, 24}, {61, 17}, {200, 20}, {120, 40}} {
		term.size(size[0], size[1])
		term.see("Колесо")
		term.fits(size[0], size[1])
	}
	term.size(40, 8)
	term.until("say that the terminal is too small", func(screen string) bool {
		return strings.Contains(screen, "60") && strings.Contains(screen, "16")
	})
	term.size(120, 40)
	term.see("Колесо", "很抱歉")
	term.write(" more")
	term.see("sorry more")
	// Leaving in the middle of a call asks first; it is kept for later.
	term.press("C-c")
	term.see("is not saved", "keep it for later")
	term.press("k")
	if code := term.ended(); code != 0 {
		t.Errorf("the desk ended with exit code %d", code)
	}
	if got := c.run("status", "--json"); !strings.Contains(got, `"drafts":1`) {
		t.Errorf("the call is not kept: %s", got)
	}
}

// TestTerminalNoColor draws the whole desk without one colour.
func TestTerminalNoColor(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	term := c.sit(80, 24, "NO_COLOR=1")
	term.see("Queue", customerName)
	for _, key := range []string{"1", "3", "4", "5", "?"} {
		term.press(key)
		term.until("draw a screen", func(screen string) bool { return strings.TrimSpace(screen) != "" })
		if at := colourIn(term.raw()); at != "" {
			t.Errorf("with NO_COLOR after %s there is a colour: %q", key, at)
		}
	}
}

// colourIn finds the first escape sequence that sets a colour.
func colourIn(raw string) string {
	for rest := raw; ; {
		_, after, ok := strings.Cut(rest, "\x1b[")
		if !ok {
			return ""
		}
		params, tail, ok := strings.Cut(after, "m")
		if !ok {
			return ""
		}
		rest = tail
		for _, p := range strings.Split(params, ";") {
			if n := strings.SplitN(p, ":", 2)[0]; len(n) == 2 && (n[0] == '3' || n[0] == '4') && n[1] != '9' || len(n) == 2 && n[0] == '9' || len(n) == 3 && n[:2] == "10" {
				return "\x1b[" + params + "m"
			}
		}
	}
}

// TestTerminalDumb is told that there is no screen to draw on.
func TestTerminalDumb(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	term := newTerminal(t, 80, 24, append(c.environ(), "TERM=dumb")...)
	term.run("sh", "-c", `"$0"; echo "exit code $?"; exec sleep 1000000`, builtPath(t, deskPackage))
	term.see("the desk needs a terminal; in scripts use its commands", "exit code 2")
	if on := term.must("display-message", "-p", "-t", "desk", "#{alternate_on}"); strings.TrimSpace(on) != "0" {
		t.Error("the alternate screen was taken")
	}
}
