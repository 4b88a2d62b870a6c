package ui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "redraw the golden screens")

// golden compares a picture with the one on file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; make golden draws it", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got+"\n", "\n")); diff != "" {
		t.Errorf("%s differs; if it is better, make golden:\n%s", name, diff)
	}
}

// sized names a picture of a size.
func sized(name string, size [2]int) string { return fmt.Sprintf("%s_%dx%d", name, size[0], size[1]) }

var goldenSizes = [][2]int{{60, 16}, {80, 24}, {120, 40}}

func TestGoldenScreens(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*fake, *Options)
		then func(*hand)
	}{
		{"queue", worked, func(*hand) {}},
		{"queue_past", worked, func(x *hand) { x.press("j", "j", "j", "j", "j") }},
		{"queue_hostile", hostile, func(*hand) {}},
		{"queue_empty", func(*fake, *Options) {}, func(*hand) {}},
		{"queue_filter", worked, func(x *hand) { x.press("/"); x.write("東京"); x.wait(filterPause) }},
		{"queue_saved", worked, func(x *hand) { x.press("n"); x.write("Rang."); x.press("enter") }},
		{"queue_skip", worked, func(x *hand) { x.press("s", "down") }},
		{"queue_skipped", worked, func(x *hand) { x.press("s", "3", "enter", "G", "k") }},
		{"queue_pack", func(f *fake, o *Options) { worked(f, o); packedUp(f, o) }, func(x *hand) { x.tell(goTo{title: queueTitle}) }},
		{"queue_pack_ask", worked, func(x *hand) { x.press("t") }},
		{"queue_help", worked, func(x *hand) { x.press("?") }},
		{"queue_palette", worked, func(x *hand) { x.press(":"); x.write("theme") }},
		{"board", worked, func(x *hand) { x.tell(goTo{title: boardTitle}) }},
		{"board_hostile", hostile, func(x *hand) { x.tell(goTo{title: boardTitle}) }},
		{"replay", worked, func(x *hand) { x.tell(goTo{title: replayTitle}); x.press("right", "right"); x.wait(2 * time.Second) }},
		{"replay_hostile", hostile, func(x *hand) { x.tell(goTo{title: replayTitle}); x.press("c", "c", "c") }},
		{"sync", worked, func(x *hand) { x.tell(goTo{title: syncTitle}); x.press("c") }},
		{"sync_conflict", disputed, func(x *hand) { x.tell(goTo{title: syncTitle}) }},
		{"sync_empty", func(*fake, *Options) {}, func(x *hand) { x.tell(goTo{title: syncTitle}) }},
		{"sync_hostile", hostile, func(x *hand) { x.tell(goTo{title: syncTitle}); x.press("c") }},
	} {
		for _, size := range goldenSizes {
			name := fmt.Sprintf("%s_%dx%d", c.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				x := newHand(t, size[0], size[1], c.set)
				c.then(x)
				golden(t, name, x.screen())
			})
		}
	}
}

// The looks: what colours and marks a theme gives.
func TestGoldenThemes(t *testing.T) {
	for _, c := range []struct {
		name string
		look Look
	}{
		{"dark", Look{Theme: "dark"}}, {"light", Look{Theme: "light"}}, {"ansi", Look{Theme: "ansi"}}, {"nocolor", Look{NoColor: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := newHand(t, 80, 24, worked, func(_ *fake, o *Options) { o.Look = c.look })
			golden(t, "queue_80x24_"+c.name, strings.ReplaceAll(x.app.draw(), "\x1b", "␛"))
		})
	}
}

// Without colours nothing is lost but colour: the same words and glyphs are on
// the screen, and only bold, underline and reverse mark them.
func TestNoColorSaysTheSame(t *testing.T) {
	colours := newHand(t, 120, 40, worked)
	plain := newHand(t, 120, 40, worked, func(_ *fake, o *Options) { o.Look.NoColor = true })
	for _, s := range colours.app.screens {
		colours.tell(goTo{title: s.Title()})
		plain.tell(goTo{title: s.Title()})
		if diff := cmp.Diff(colours.screen(), plain.screen()); diff != "" {
			t.Errorf("%s differs without colours:\n%s", s.Title(), diff)
		}
		for _, code := range colour.FindAllString(plain.app.draw(), -1) {
			switch code {
			case "\x1b[m", "\x1b[0m", "\x1b[1m", "\x1b[4m", "\x1b[7m", "\x1b[1;7m", "\x1b[1;4m":
			default:
				t.Fatalf("%s uses %q without colours", s.Title(), code)
			}
		}
	}
}
