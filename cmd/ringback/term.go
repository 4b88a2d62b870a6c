package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/charmbracelet/x/term"

	"ringback/callback"
)

func isatty(f *os.File) bool { return term.IsTerminal(f.Fd()) }

// writeProgress redraws one line of progress.
func writeProgress(w io.Writer, s callback.LinkStatus) {
	if s.Of > 0 {
		fmt.Fprintf(w, "\r%s %d of %d", s.Busy, s.Done, s.Of)
		return
	}
	fmt.Fprintf(w, "\r%s %d", s.Busy, s.Done)
}

// steps shows on standard error how far work of many like steps is that takes
// longer than a second, if a person is watching.
func (a *app) steps(doing string) (step, done func()) {
	if a.flags.asJSON || !isTerminal(a.err) {
		return func() {}, func() {}
	}
	n, shown := 0, a.now()
	begun := shown
	step = func() {
		if n++; n%stepsBetween != 0 {
			return
		}
		if now := a.now(); now.Sub(shown) >= time.Second {
			shown = now
			fmt.Fprintf(a.err, "\r%s %d", doing, n)
		}
	}
	return step, func() {
		if shown != begun {
			a.notef("")
		}
	}
}

// stepsBetween is how many steps are made between two looks at the clock.
const stepsBetween = 100

// count says a number of things: 1 row, 2 rows.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
