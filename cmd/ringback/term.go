package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"ringback/callback"
)

func isatty(f *os.File) bool { return term.IsTerminal(f.Fd()) }

// isUsage tells whether a command line was wrong. The command library has no
// type for that, only these words.
func isUsage(err error) bool {
	for _, s := range []string{"unknown command", "unknown flag", "unknown shorthand", "accepts ", "requires ", "required flag", "invalid argument", "flag needs an argument"} {
		if strings.Contains(err.Error(), s) {
			return true
		}
	}
	return false
}

// groupOnly is what a command does that only holds others: help, or an error
// for a word it does not know.
func groupOnly(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	hint := "see: " + cmd.CommandPath() + " --help"
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return callback.Errorf(callback.CodeInvalid, "%s has no command %q", cmd.CommandPath(), callback.Line(args[0])).WithHint("%s", hint)
}

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
