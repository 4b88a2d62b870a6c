package ui

import (
	"fmt"
	"testing"
	"time"

	"ringback/callback"
)

// filled has said everything, up to the outcome.
func filled(x *hand) {
	x.talk()
	x.press("n")
	x.write("Line drops at eight, every evening. She works from home and lost a client over it.")
	x.press("esc", "r", "1", "1", "3", "p")
	x.write("Send a technician")
	x.press("tab")
	x.write("tomorrow 15:30")
	x.press("esc")
}

func TestCallGolden(t *testing.T) {
	for _, c := range []struct {
		name, caseID string
		set          func(*fake, *Options)
		then         func(*hand)
	}{
		{"prepare", maria, (*fake).past, func(*hand) {}},
		{"prepare_closed", john, nothing, func(*hand) {}},
		{"conflict", maria, func(f *fake, _ *Options) {
			f.fails["Claim"] = callback.Errorf(callback.CodeConflict, "Борис Лебедев holds the case until 10:40")
		}, func(*hand) {}},
		{"dial", maria, nothing, func(x *hand) { x.press("enter"); x.wait(12 * time.Second) }},
		{"message", maria, (*fake).withMessage, func(x *hand) { x.press("enter"); x.wait(12 * time.Second) }},
		{"message_ask", maria, (*fake).withMessage, func(x *hand) { x.press("enter", "v") }},
		{"talk", maria, nothing, filled},
		{"talk_note", maria, nothing, func(x *hand) { filled(x); x.press("n", "enter"); x.write("Asked twice: “restart it”.") }},
		{"root", maria, nothing, func(x *hand) { x.talk(); x.press("r", "2") }},
		{"callback", john, nothing, func(x *hand) {
			x.ring()
			x.press("a", "c")
			x.write("wed 19:30")
			x.press("down", "right")
		}},
		{"score", anastasia, nothing, func(x *hand) {
			x.talk()
			x.press("n")
			x.write("Списали трижды.")
			x.press("esc", "s", "1", "0")
		}},
		{"outcome", maria, nothing, func(x *hand) { filled(x); x.press("s", "9", "enter", "h", "o", "down") }},
		{"wrap", maria, nothing, func(x *hand) {
			filled(x)
			x.press("s", "9", "enter", "h", "o", "2")
			x.wait(125 * time.Second)
		}},
		{
			"failed", maria, func(f *fake, _ *Options) { f.fails["Record"] = callback.Errorf(callback.CodeFull, "the disk is full") },
			func(x *hand) { x.talk(); x.press("o", "m", "enter") },
		},
		{"saved", maria, nothing, func(x *hand) { x.talk(); x.press("o", "m", "enter"); x.wait(5 * time.Second) }},
		{"leave", maria, nothing, func(x *hand) { filled(x); x.press("esc") }},
	} {
		for _, size := range goldenSizes {
			name := fmt.Sprintf("call_%s_%dx%d", c.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				x := onCall(t, size[0], size[1], c.caseID, c.set)
				c.then(x)
				golden(t, name, x.screen())
			})
		}
	}
}

func nothing(*fake, *Options) {}

func (f *fake) past(*Options) { f.withPast(); f.moved() }
