package main

import (
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

func init() { storyCommands["change"] = changeWord }

// changeWord: change FILE FROM TO [FROM TO]… puts words in the place of the
// first ones like FROM. In TO, \n is a line break.
func changeWord(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 || len(args)%2 == 0 {
		ts.Fatalf("usage: change FILE FROM TO [FROM TO]…")
	}
	text := ts.ReadFile(args[0])
	for i := 1; i < len(args); i += 2 {
		if !strings.Contains(text, args[i]) {
			ts.Fatalf("%s does not hold %q", args[0], args[i])
		}
		text = strings.Replace(text, args[i], strings.ReplaceAll(args[i+1], `\n`, "\n"), 1)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}
