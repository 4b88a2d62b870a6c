package ui

import (
	"fmt"
	"testing"

	"ringback/callback"
)

const mobile = "+79161234567"

// twoNumbers gives Anastasia a second number, in another zone, and John none.
func twoNumbers(f *fake, _ *Options) {
	c := f.cases[anastasia]
	c.Customer.Others = []callback.Phone{
		{E164: "+74232345678", Region: "RU", Kind: callback.PhoneWork, Zones: []string{"Asia/Vladivostok"}},
		{E164: "+74951234567", Region: "RU", Invalid: true, Zones: []string{"Europe/Moscow"}},
		{Raw: "спросить у жены"},
	}
	f.cases[anastasia] = c
	c = f.cases[john]
	c.Customer.Phone = callback.Phone{Region: "GB"}
	f.cases[john] = c
	f.moved()
}

func (x *hand) added() []callback.NumberAdded {
	var out []callback.NumberAdded
	for _, e := range x.desk.journal {
		if p, err := e.Event.Decode(); err == nil {
			if a, ok := p.(*callback.NumberAdded); ok {
				out = append(out, *a)
			}
		}
	}
	return out
}

// The agent types a number where there is none; it is checked while it is
// typed, and the case can be called.
func TestANumberIsTypedOnTheCallScreen(t *testing.T) {
	x := onCall(t, 120, 40, john, twoNumbers)
	x.press("enter")
	x.sees("There is no number to dial: enter one with N")
	x.press("N")
	x.sees("Numbers of John", "None is on record")
	x.write("112")
	x.sees("! it is too short; emergency and service numbers are never called")
	x.press("enter")
	x.sees("Numbers of John")
	for range 3 {
		x.press("backspace")
	}
	x.write("07700 900123")
	x.sees("✓ +447700900123", "open until")
	x.press("enter")
	if got := x.added(); len(got) != 1 || got[0].Phone.E164 != "+447700900123" || got[0].Phone.Raw != "07700 900123" || !got[0].Next {
		t.Fatalf("recorded: %+v", got)
	}
	x.sees("+447700900123")
	x.press("enter")
	x.sees("You typed this number")
}

// One of several numbers is chosen for the call in hand: the zone, the hours
// and the record are that number's.
func TestAnotherNumberIsChosenForACall(t *testing.T) {
	x := onCall(t, 120, 40, anastasia, twoNumbers)
	x.press("N")
	x.sees("its turn", "+74232345678", "work", "in Vladivostok", "leads nowhere", "“спросить у жены”")
	x.press("down", "enter")
	x.sees("This call goes to +74232345678", "in Vladivostok")
	x.press("N", "down", "enter")
	x.sees("Numbers of") // one that leads nowhere is not chosen
}

// What was wrong is entered anew in place of the number in hand.
func TestANumberIsCorrected(t *testing.T) {
	x := onCall(t, 120, 40, anastasia, twoNumbers)
	x.press("N")
	x.write("8 (916) 123-45-67")
	x.sees("✓ "+mobile, "beside the others, and dialled next")
	x.press("tab")
	x.sees("in place of +7")
	x.press("enter")
	was := x.desk.cases[anastasia].Customer.Phone.E164
	if got := x.added(); len(got) != 1 || got[0].Phone.E164 != mobile || got[0].Replaces != was {
		t.Fatalf("recorded: %+v, was %s", got, was)
	}
	x.sees(mobile, was+" replaced by")
	x.press("N")
	x.write("+7 495 123-45-67")
	x.sees("adding it brings it back")
}

// They say where it rings, and the agent is told who else has it: two people do
// not become one because they share a telephone.
func TestATypedNumberSaysWhereItRingsAndWhoElseHasIt(t *testing.T) {
	x := onCall(t, 120, 40, anastasia, twoNumbers, func(f *fake, _ *Options) {
		c := f.cases[maria]
		c.State = callback.Suppressed
		f.cases[maria] = c
		f.moved()
	})
	x.press("N")
	for _, who := range []struct{ number, name string }{
		{x.desk.cases[hanako].Customer.Phone.E164, x.desk.cases[hanako].Customer.Name},
		{x.desk.cases[maria].Customer.Phone.E164, x.desk.cases[maria].Customer.Name + " (asked not to be called)"},
	} {
		x.write(who.number)
		x.misses("also on file")
		x.wait(outsidePause)
		x.sees("! also on file for "+who.name+": ask who you speak", "✓ "+who.number+" · ")
		for range who.number {
			x.press("backspace")
		}
		x.misses("also on file")
	}
	x.write("8 (916) 123-45-67")
	x.wait(outsidePause)
	x.misses("also on file")
	x.press("shift+tab")
	x.sees("✓ " + mobile + " mobile · ")
	x.press("shift+tab", "shift+tab", "shift+tab")
	x.sees("✓ " + mobile + " · ")
	x.press("shift+tab", "shift+tab")
	x.sees("✓ " + mobile + " work · ")
	x.press("enter")
	if got := x.added(); len(got) != 1 || got[0].Phone.Kind != callback.PhoneWork {
		t.Fatalf("recorded: %+v", got)
	}
	x.sees(mobile + " work")
}

func TestNumbersGolden(t *testing.T) {
	for _, size := range goldenSizes {
		for name, then := range map[string]func(*hand){
			"numbers":       func(*hand) {},
			"numbers_typed": func(x *hand) { x.write("8 (916) 123-45-67"); x.press("tab") },
			"numbers_shared": func(x *hand) {
				x.write("+34 600 000 001")
				x.press("shift+tab")
				x.wait(outsidePause)
			},
			"numbers_wrong": func(x *hand) { x.write("8 (916) 123-45") },
		} {
			name = fmt.Sprintf("call_%s_%dx%d", name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				x := onCall(t, size[0], size[1], anastasia, twoNumbers)
				x.press("N")
				then(x)
				golden(t, name, x.screen())
			})
		}
	}
}
