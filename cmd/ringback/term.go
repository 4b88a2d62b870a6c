package main

import (
	"fmt"
	"io"
	"os"

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

// count says a number of things: 1 row, 2 rows.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
