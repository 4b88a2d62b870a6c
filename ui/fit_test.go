package ui

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"charm.land/bubbles/v2/key"
	"github.com/charmbracelet/x/ansi"

	"ringback/callback"
)

// bindings walks a key map and gives every binding in it.
func bindings(keys any) []key.Binding {
	var out []key.Binding
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		if b, ok := reflect.TypeAssert[key.Binding](unhide(v)); ok {
			out = append(out, b)
			return
		}
		if v.Kind() == reflect.Struct {
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		}
	}
	v := reflect.New(reflect.TypeOf(keys)).Elem()
	v.Set(reflect.ValueOf(keys))
	walk(v)
	return out
}

// unhide lets an addressable field be read though its name is not exported.
func unhide(v reflect.Value) reflect.Value {
	return reflect.NewAt(v.Type(), v.Addr().UnsafePointer()).Elem()
}

// fits fails unless the picture is exactly as high as the terminal and nowhere
// wider.
func (x *hand) fits(what string) {
	x.t.Helper()
	lines := strings.Split(x.app.draw(), "\n")
	if len(lines) != x.app.frame.h {
		x.t.Fatalf("%s at %d×%d is %d lines high", what, x.app.frame.w, x.app.frame.h, len(lines))
	}
	for i, l := range lines {
		if w := ansi.StringWidth(l); w > x.app.frame.w {
			x.t.Fatalf("%s at %d×%d: line %d is %d wide: %q", what, x.app.frame.w, x.app.frame.h, i, w, ansi.Strip(l))
		}
	}
}

// Every screen, and every dialog over it, fits every size.
func TestEverythingFits(t *testing.T) {
	for name, set := range map[string]func(*fake, *Options){"worked": worked, "empty": func(*fake, *Options) {}, "hostile": hostile} {
		x := newHand(t, 120, 40, set)
		for i, s := range x.app.screens {
			x.tell(goTo{title: s.Title()})
			for _, w := range []int{60, 61, 79, 80, 81, 95, 109, 110, 111, 133, 160, 231, 300} {
				for _, h := range []int{16, 17, 24, 31, 50, 100} {
					x.app.resize(w, h)
					x.fits(fmt.Sprintf("%s %s", name, s.Title()))
				}
			}
			for _, d := range []func() dialog{
				func() dialog { return newHelp(x.app) }, func() dialog { return newPalette(x.app) },
				func() dialog {
					evilPromise := promiseRow{text: say("%s", people[i].words), terms: say("%s", evil), overdue: say("%s", evil)}
					return &promiseList{e: x.app.e, title: say("%s", evil), rows: []promiseRow{evilPromise, evilPromise, evilPromise, evilPromise}}
				},
				func() dialog { return newSkip(x.app.e, queueRow{customer: say("%s", people[i].words)}) },
			} {
				x.app.dialogs = []dialog{d()}
				for _, w := range []int{60, 80, 150} {
					for _, h := range []int{16, 24, 60} {
						x.app.resize(w, h)
						x.fits(fmt.Sprintf("%s dialog over %s", name, s.Title()))
					}
				}
				x.app.dialogs = nil
			}
		}
	}
}

// evil is what must never reach a terminal.
const evil = "\x1b]52;c;aGFjaw==\x07\x1b[2J\x1b[31mred\x9b8m\u202egnp\u2066x\u200b\u0000\r\nПривет 山田 👩\u200d👩\u200d👧 é\u0301\u0301\u0301\u0301\u0301 \U000e0041 end\tof\u0085it"

// hostile puts evil into every text of the desk, however deep.
func hostile(f *fake, o *Options) {
	worked(f, o)
	for i := range f.journal {
		f.journal[i].Customer = evil
		if r := f.journal[i].Receipt; r != nil {
			r.Detail, r.Reason = evil, callback.Reason(evil)
		}
	}
	for id, c := range f.cases {
		spoil(reflect.ValueOf(&c.Customer).Elem())
		c.Customer.Phone.Region, c.Customer.Phone.Zones = "", []string{"Europe/Madrid"}
		spoil(reflect.ValueOf(&c.Responses).Elem())
		spoil(reflect.ValueOf(&c.Attempts).Elem())
		spoil(reflect.ValueOf(&c.Scores).Elem())
		spoil(reflect.ValueOf(&c.Promises).Elem())
		spoil(reflect.ValueOf(&c.Notes).Elem())
		c.Plan.Reason, c.Plan.Owner, c.Conflict = evil, "", evil
		f.cases[id] = c
	}
	for i := range f.agents {
		f.agents[i].Name = evil
	}
	for i := range f.comments {
		spoil(reflect.ValueOf(&f.comments[i]).Elem())
		f.comments[i].ID = fmt.Sprint(i)
	}
	f.status.URL, f.status.Problem, f.status.Hint, f.status.State = evil, evil, evil, callback.LinkOffline
	f.report = callback.CheckReport{Problems: []callback.Problem{{Where: evil, What: evil}}}
	f.me.Name, f.me.Team = evil, evil
	f.moved()
}

// spoil puts evil into every string of a value.
func spoil(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(evil)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			spoil(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			spoil(v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			spoil(v.Elem())
		}
	}
}

// colour is the only escape sequence that a screen may hold.
var colour = regexp.MustCompile(`\x1b\[[0-9;:]*m`)

// clean fails if anything but words, colours and line ends is on the screen.
func (x *hand) clean(what string) {
	x.t.Helper()
	v := x.app.View()
	for _, s := range []string{v.Content, v.WindowTitle} {
		for _, r := range colour.ReplaceAllString(s, "") {
			if r != '\n' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs)) {
				x.t.Fatalf("%s: %U reaches the terminal in %q", what, r, s)
			}
		}
	}
}

func TestHostileTextIsHarmless(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {90, 30}, {150, 50}} {
		x := newHand(t, size[0], size[1], hostile)
		x.sees("Привет")
		for _, s := range x.app.screens {
			x.tell(goTo{title: s.Title()})
			x.clean(s.Title())
			x.press("j", "v", "c", "p", "L", "J")
			x.clean(s.Title())
			x.press("s", "down")
			x.clean(s.Title() + " with a dialog")
			x.press("esc", "?")
			x.clean(s.Title() + " help")
			x.press("esc")
		}
		x.tell(failed{evil, fmt.Errorf("%s", evil)})
		x.tell(notice{evil})
		x.tell(goTo{title: queueTitle})
		x.clean("notes")
		x.press("/")
		x.write(evil)
		x.clean("filter")
		x.press("enter")
		x.clean("filtered")
	}
}

// Every binding of a screen is in its help and in the palette, in one state or
// another, and no two bindings of a screen share a key.
func TestEveryBindingIsInHelpAndPalette(t *testing.T) {
	x := newHand(t, 120, 40, worked)
	k := x.app.e.keys
	for _, c := range []struct {
		title string
		keys  any
		then  []string
		// also is another desk on which more can be done.
		also []func(*fake, *Options)
	}{
		{queueTitle, k.queue, []string{"/ x enter", "esc g j j j j j"}, []func(*fake, *Options){worked, packedUp}},
		{boardTitle, k.board, nil, nil},
		{replayTitle, k.replay, []string{"c"}, nil},
		{syncTitle, k.sync, []string{"j"}, []func(*fake, *Options){supervising, disputed}},
	} {
		x.tell(goTo{title: c.title})
		found := map[string]bool{}
		note := func(x *hand) {
			for _, d := range []dialog{newHelp(x.app), newPalette(x.app)} {
				seen := map[string]bool{}
				for _, choice := range d.(*chooser).all {
					seen[choice.text.String()] = true
				}
				for _, b := range bindings(k.global) {
					if !seen[b.Help().Desc] {
						t.Errorf("%s: %q is not in the help", c.title, b.Help().Desc)
					}
				}
				for s := range seen {
					found[s] = true
				}
			}
		}
		note(x)
		for _, then := range c.then {
			x.press(strings.Fields(then)...)
			note(x)
		}
		if c.also != nil {
			more := newHand(t, 120, 40, c.also...)
			more.tell(goTo{title: c.title})
			note(more)
		}
		taken := map[string]string{}
		for _, b := range bindings(c.keys) {
			if !found[b.Help().Desc] {
				t.Errorf("%s: %q is not in the help", c.title, b.Help().Desc)
			}
			for _, name := range b.Keys() {
				if other, ok := taken[name]; ok {
					t.Errorf("%s: %q and %q share the key %s", c.title, other, b.Help().Desc, name)
				}
				taken[name] = b.Help().Desc
			}
			for _, g := range bindings(k.global) {
				for _, name := range g.Keys() {
					if other, ok := taken[name]; ok && g.Enabled() {
						t.Errorf("%s: %q hides %q on the key %s", c.title, g.Help().Desc, other, name)
					}
				}
			}
		}
	}
}
