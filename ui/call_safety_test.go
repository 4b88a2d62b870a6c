package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ringback/callback"
)

// wholeCall presses every part of a call, a key or a text at a time.
var wholeCall = []string{
	"enter", "a", "right", "n", "text:The line, at eight.\nEvery day", "esc", "r", "2", "2", "3", "tab", "tab", "tab", "text:lost in the post", "tab",
	"text:A new box", "tab", "text:tomorrow 15:30", "tab", "text:boris", "tab", "text:in 3 days at 10", "esc", "t", "text:Late",
	"enter", "text:We sent another", "enter", "text:Thank you", "enter", "space", "esc", "s", "7", "enter", "s", "8", "esc", "h", "o",
}

func (x *hand) do(step string) {
	if text, ok := strings.CutPrefix(step, "text:"); ok {
		for _, r := range text {
			if r == '\n' {
				x.press("enter")
				continue
			}
			x.write(string(r))
		}
		return
	}
	x.press(step)
}

// After any step the program may die; what comes back is what was there: every
// text, the step, the field and the times.
func TestCallSurvivesACrashAtEveryStep(t *testing.T) {
	for n := 1; n <= len(wholeCall); n++ {
		x := onCall(t, 100, 30, maria)
		for _, step := range wholeCall[:n] {
			x.do(step)
			x.wait(time.Second)
		}
		before := x.call().sheet
		what := fmt.Sprintf("after step %d, %q", n, wholeCall[n-1])
		y := x.crash(t, 100, 30)
		if y.front() != callTitle || y.call().sheet == nil {
			t.Fatalf("%s: the call is not back:\n%s", what, y.screen())
		}
		after := y.call().sheet
		want, got := before.draft, after.draft
		want.SavedAt, got.SavedAt, want.Fence, got.Fence = time.Time{}, time.Time{}, 0, 0
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s: %s", what, diff)
		}
		if y.call().focus != x.call().focus {
			t.Fatalf("%s: focus is on %q, was on %q", what, y.call().focus, x.call().focus)
		}
		for f := range penLimits {
			if y.call().pen.value(f) != x.call().pen.value(f) {
				t.Fatalf("%s: %s holds %q, held %q", what, f, y.call().pen.value(f), x.call().pen.value(f))
			}
		}
		y.sees("is back as you left it")
	}
}

// What is typed is handed to the disk at once: no time passes here.
func TestCallSavesAsTyped(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	x.talk()
	x.press("n")
	x.write("All of this")
	if got := x.desk.drafts[0].Texts["note"]; got != "All of this" {
		t.Errorf("on the disk is %q", got)
	}
	x.desk.fails["SaveDraft"] = callback.Errorf(callback.CodeFull, "the disk is full")
	before := x.desk.calls["SaveDraft"]
	x.write(" and more")
	if n := x.desk.calls["SaveDraft"] - before; n != 1 {
		t.Errorf("a full disk was asked %d times in one moment", n)
	}
	x.wait(time.Second)
	x.sees("Could not save what you type: the disk is full", "All of this and more")
	x.press("esc", "h", "o", "m")
	x.desk.fails["Record"] = x.desk.fails["SaveDraft"]
	x.press("enter")
	x.sees("Not confirmed; what you typed is on this screen only")
	delete(x.desk.fails, "SaveDraft")
	x.wait(time.Second)
	if got := x.desk.drafts[0].Texts["note"]; got != "All of this and more" {
		t.Errorf("after the disk had room again, on it is %q", got)
	}
}

// However slow the disk is, one draft is written at a time, and what is typed
// meanwhile goes with the next.
func TestCallGathersWhatIsTypedDuringAWrite(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	x.talk()
	x.press("n")
	before := x.desk.calls["SaveDraft"]
	_, write := x.app.Update(tea.KeyPressMsg{Code: 'A', Text: "A"}) // the disk is at it
	for _, r := range "ll of this" {
		x.write(string(r))
	}
	if n := x.desk.calls["SaveDraft"] - before; n != 0 {
		t.Fatalf("%d drafts were written beside the first", n)
	}
	x.drain(write)
	if n := x.desk.calls["SaveDraft"] - before; n != 2 {
		t.Errorf("%d writes; one of the first letter and one of the rest were due", n)
	}
	if got := x.desk.drafts[0].Texts["note"]; got != "All of this" {
		t.Errorf("on the disk is %q", got)
	}
}

// typedTexts are what the agent typed and sees.
func (c *call) typedTexts() map[string]string {
	out := map[string]string{}
	for f := range penLimits {
		out[string(f)] = c.pen.value(f)
	}
	return out
}

var anyKey = []string{
	"enter", "esc", "tab", "shift+tab", "up", "down", "left", "right", "pgup", "pgdown", "backspace", "delete", "ctrl+s", "ctrl+c", "ctrl+k",
	"ctrl+z", "ctrl+u", "ctrl+w", "home", "end", "space", "alt+1", "alt+2", "a", "b", "c", "d", "h", "k", "l", "m", "n", "o", "p", "q", "r", "R", "s",
	"t", "u", "v", "w", "x", "y", "D", "V", "0", "1", "2", "3", "4", "5", "6", "9", "[", "]", "?", "/", ":",
}

// anything is one thing that may happen to the screen.
func (x *hand) anything(t *rapid.T) {
	switch rapid.IntRange(0, 13).Draw(t, "what") {
	case 0:
		x.write(rapid.SampledFrom([]string{"tomorrow 15:30", "2h", "Привет", "山田", "soon", "tue 9", "x"}).Draw(t, "text"))
	case 1:
		x.tell(tea.PasteMsg{Content: rapid.SampledFrom([]string{"pasted\nlines", evil, strings.Repeat("long <&> ", 900)}).Draw(t, "paste")})
	case 2:
		x.undisturbed(t, func() {
			x.tell(tea.WindowSizeMsg{Width: rapid.IntRange(40, 200).Draw(t, "w"), Height: rapid.IntRange(10, 60).Draw(t, "h")})
		})
	case 3:
		x.undisturbed(t, func() { x.tell(bell{}) })
	case 4:
		x.undisturbed(t, func() { x.wait(time.Duration(rapid.IntRange(1, 300).Draw(t, "seconds")) * time.Second) })
	case 5:
		x.undisturbed(t, func() { x.tell(themeChanged{}) })
	case 6:
		name := rapid.SampledFrom([]string{"Record", "SaveDraft", "Claim", "Dial", "Case", "Undo", "Release", "DropDraft"}).Draw(t, "fails")
		if x.desk.fails[name] != nil {
			delete(x.desk.fails, name)
		} else {
			x.desk.fails[name] = callback.Errorf(callback.CodeUnreachable, "out of order")
		}
	case 7:
		x.tell(openCall{
			caseID: rapid.SampledFrom([]string{maria, john, hanako}).Draw(t, "case"), inbound: rapid.Bool().Draw(t, "inbound"),
		})
	default:
		x.press(rapid.SampledFrom(anyKey).Draw(t, "key"))
	}
}

// undisturbed fails if something that is not typing changes what was typed.
func (x *hand) undisturbed(t *rapid.T, f func()) {
	c := x.call()
	sheet, before := c.sheet, c.typedTexts()
	f()
	if diff := cmp.Diff(before, c.typedTexts()); diff != "" && sheet == c.sheet {
		t.Fatalf("typed text changed by itself: %s", diff)
	}
}

// consistent fails if the screen shows one thing and keeps another, or does
// not fit.
func (x *hand) consistent(t *rapid.T) {
	c := x.call()
	if c.sheet != nil {
		for f, v := range c.typedTexts() {
			if c.sheet.draft.Texts[f] != v {
				t.Fatalf("%s shows %q and keeps %q", f, v, c.sheet.draft.Texts[f])
			}
		}
		if c.focus == fieldScore {
			noCategories(t, x)
		}
		if c.sheet.draft.Phase != callback.PhasePrepare && c.view().State == callback.Suppressed &&
			c.sheet.direction() == callback.Outbound && c.sheet.draft.DialledAt.IsZero() {
			t.Fatal("it phones someone who asked not to be called")
		}
	}
	w, h := x.app.frame.body()
	if x.app.frame.tooSmall() {
		return
	}
	lines := strings.Split(c.View(), "\n")
	if len(lines) != h {
		t.Fatalf("%d lines in %d×%d", len(lines), w, h)
	}
	for _, l := range lines {
		if cells(l) > w {
			t.Fatalf("%d cells in %d: %q", cells(l), w, l)
		}
	}
}

// Whatever is pressed, and whatever happens meanwhile: nothing panics, nothing
// typed is lost, the screen fits, and what is recorded is valid.
func TestCallAnyKeys(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		x := onCall(t, 90, 28, maria)
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			x.anything(rt)
			x.quit = false
			x.consistent(rt)
		}
		for _, e := range x.desk.journal {
			if err := e.Event.Validate(); err != nil && e.Event.Kind == callback.KindCallRecorded {
				rt.Fatalf("an invalid call was recorded: %v", err)
			}
		}
		if err := x.call().keep.err; err != nil && callback.CodeOf(err) == callback.CodeInvalid {
			rt.Fatalf("it tried to record an invalid call: %v", err)
		}
	})
}

func FuzzCallKeys(f *testing.F) {
	f.Add([]byte("\x00\x1b\x22\x30"), "tomorrow 15:30")
	f.Add([]byte("enter a n esc o 1"), evil)
	f.Fuzz(func(t *testing.T, keys []byte, text string) {
		text = cutBytes(text, 100)
		x := onCall(t, 80, 24, maria)
		for i, k := range keys[:min(len(keys), 30)] {
			x.press(anyKey[int(k)%len(anyKey)])
			if i%7 == 3 {
				x.write(text)
				x.tell(tea.PasteMsg{Content: text})
			}
			x.wait(100 * time.Millisecond)
		}
		x.clean("the call")
		x.tell(goTo{title: callTitle})
		x.clean("the call")
		x.recordedCalls()
	})
}

func TestCallHostileText(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {80, 24}, {140, 45}} {
		x := onCall(t, size[0], size[1], maria, func(f *fake, o *Options) {
			hostile(f, o)
			f.guides = []callback.Guide{{
				ID: "g", Version: 1, Title: evil, Steps: []callback.Step{{Title: evil, Body: evil + "\n\n&#27;[2J &#x9b;2J &#8238;x [l](http://e.example/\x1b) `" + evil + "`\n\n- a\n"}},
			}}
			f.policy.Causes = []callback.Driver{{Name: evil, Causes: []string{evil}}}
			f.policy.Wordings = []callback.Wording{{ID: "w", Language: "en", Text: evil}}
			f.policy.Custom = []callback.CustomDisposition{{Code: "x", Name: evil, Standard: callback.TalkedListened}}
			f.dial.Detail, f.dial.Copy = evil, evil
			f.fails["Claim"] = fmt.Errorf("%s", evil)
		})
		for _, step := range append([]string{"v", "v", "v", "enter", "y"}, wholeCall[1:]...) {
			x.do(step)
			x.clean("after " + step)
			x.fits("after " + step)
		}
		x.press("esc", "n")
		x.tell(tea.PasteMsg{Content: evil})
		x.clean("a paste")
	}
}

func TestCallFitsEverySize(t *testing.T) {
	x := onCall(t, 100, 30, maria, func(f *fake, _ *Options) { f.withPast() })
	for i, step := range append([]string{"n", "esc"}, wholeCall...) {
		x.do(step)
		if i%3 != 0 && len(step) > 4 {
			continue
		}
		for _, w := range []int{60, 61, 79, 80, 109, 110, 160, 300} {
			for _, h := range []int{16, 17, 24, 40, 100} {
				x.app.resize(w, h)
				x.fits(fmt.Sprintf("step %d, %q", i, step))
			}
		}
	}
}

// noCategories fails if anything in sight of the question judges an answer.
func noCategories(t interface{ Fatalf(string, ...any) }, x *hand) {
	s := strings.ToLower(x.call().View())
	for _, word := range []string{"detractor", "passive", "promoter", "▼", "▲", "◆", "gave ", "0–6", "7–8", "9–10", "recover", "convert"} {
		if strings.Contains(s, word) {
			t.Fatalf("%q is in sight of the question:\n%s", word, s)
		}
	}
}

// The eleven answers look alike: none has a look of its own.
func TestCallScaleIsPlain(t *testing.T) {
	x := onCall(t, 120, 40, maria)
	looks := map[string]bool{}
	for n := range 11 {
		cell := x.app.e.styles.text.Render(fmt.Sprintf(" %d ", n))
		looks[strings.Replace(cell, fmt.Sprintf(" %d ", n), "#", 1)] = true
		if !strings.Contains(x.call().scale(80), cell) {
			t.Errorf("%d has a look of its own in %q", n, x.call().scale(80))
		}
	}
	if len(looks) != 1 {
		t.Errorf("the answers look different: %v", looks)
	}
}

func TestCallAsksForTheScoreNeutrally(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {80, 24}, {120, 40}} {
		for id := 1; id <= len(people); id++ {
			x := onCall(t, size[0], size[1], fmt.Sprintf("case-%06d", id))
			x.ring()
			x.press("a", "n", "x", "esc", "s")
			if x.call().focus != fieldScore {
				t.Fatalf("the question is not asked:\n%s", x.screen())
			}
			noCategories(t, x)
			for n := range 11 {
				x.press("backspace")
				x.write(fmt.Sprint(n))
				if got := x.call().picked(); got != n {
					t.Fatalf("typing %d gives %d", n, got)
				}
				noCategories(t, x)
			}
			x.press("t", "enter")
			if v := x.call().sheet.draft.Rescore.Value; v == nil || *v != 10 {
				t.Fatalf("t is not ten")
			}
			x.press("s", "n")
			if a := x.call().sheet.draft.Rescore; a.Answer != callback.NotAsked || a.Value != nil {
				t.Fatalf("it cannot be corrected: %+v", a)
			}
		}
	}
}

// In the note enter makes a new line: the form says how the call is saved from where the cursor stands.
func TestTheFormSaysHowItIsSaved(t *testing.T) {
	x := onCall(t, 80, 24, "case-000001")
	x.ring()
	x.press("a", "o", "s")
	x.write("Not today.")
	x.sees("ctrl+s, then enter saves")
	x.press("ctrl+s")
	x.sees("enter saves")
	x.sees("Not today.")
	if strings.Contains(x.screen(), "ctrl+s, then") {
		t.Errorf("it is outside the note:\n%s", x.screen())
	}
	x.press("enter")
	if got := x.oneCall(); got.Disposition != callback.SoftRefusal || got.Note != "Not today." {
		t.Errorf("saved as %s with %q", got.Disposition, got.Note)
	}
}
