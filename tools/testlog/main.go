// Testlog makes the output of `go test -json` readable, as it comes: the closing line of every
// package, all that a failing test printed, and at the end every skipped test with its reason,
// since a test that silently did not run looks just like one that passed. A run in which no test
// ran at all fails.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

func main() {
	if err := report(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "testlog:", err)
		os.Exit(1)
	}
}

// event is one line of `go test -json`; `go doc test2json` names the fields and actions.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

// log collects what running tests print until it is known whether anyone wants to read it.
type log struct {
	out     io.Writer
	printed map[string]map[string][]string // by package, then test; the package's own under ""
	failing map[string]bool                // packages with a failed test
	skips   []string

	passed, failed, skipped int
}

var errNoTests = errors.New("no test ran: does the pattern match any, and does everything build?")

// report copies what matters from in, one JSON event a line, to out. Lines that are no event are
// copied as they are: the go command's own words.
func report(in io.Reader, out io.Writer) error {
	l := &log{out: out, printed: map[string]map[string][]string{}, failing: map[string]bool{}}
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			l.take(line)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read test events: %w", err)
		}
	}
	for _, skip := range l.skips {
		fmt.Fprintln(out, skip)
	}
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", l.passed, l.failed, l.skipped)
	if l.passed+l.failed == 0 {
		return errNoTests
	}
	return nil
}

func (l *log) take(line string) {
	var e event
	if err := json.Unmarshal([]byte(line), &e); err != nil || e.Action == "" {
		fmt.Fprint(l.out, line)
		return
	}
	switch e.Action {
	case "build-output":
		fmt.Fprint(l.out, e.Output)
	case "output":
		l.hold(e)
	case "pass", "fail", "skip":
		if e.Test == "" {
			l.endPackage(e)
		} else {
			l.endTest(e)
		}
	}
}

func (l *log) hold(e event) {
	if l.printed[e.Package] == nil {
		l.printed[e.Package] = map[string][]string{}
	}
	l.printed[e.Package][e.Test] = append(l.printed[e.Package][e.Test], e.Output)
}

// endTest counts top-level tests only; a failing or skipped subtest is shown all the same.
func (l *log) endTest(e event) {
	said := l.printed[e.Package][e.Test]
	delete(l.printed[e.Package], e.Test)
	count := 1
	if strings.Contains(e.Test, "/") {
		count = 0
	}
	switch e.Action {
	case "pass":
		l.passed += count
	case "fail":
		l.failed += count
		l.failing[e.Package] = true
		l.show(said)
	case "skip":
		l.skipped += count
		l.skips = append(l.skips, fmt.Sprintf("--- SKIP: %s %s%s", e.Package, e.Test, reason(said)))
	}
}

// endPackage shows the package's closing line and, when it failed, whatever its unfinished tests
// said: a panic or a time-out ends a package in the middle of a test.
func (l *log) endPackage(e event) {
	tests := l.printed[e.Package]
	if e.Action == "fail" {
		if !l.failing[e.Package] {
			l.failed++
		}
		names := make([]string, 0, len(tests))
		for name := range tests {
			names = append(names, name)
		}
		slices.Sort(names)
		slices.Reverse(names) // the package's own words, named "", come last
		for _, name := range names {
			l.show(tests[name])
		}
	} else {
		for _, line := range tests[""] {
			if line != "PASS\n" {
				fmt.Fprint(l.out, line)
			}
		}
	}
	delete(l.printed, e.Package)
}

func (l *log) show(lines []string) {
	for _, line := range lines {
		if !isMarker(line) {
			fmt.Fprint(l.out, line)
		}
	}
}

// isMarker tells the lines that only say which test is speaking.
func isMarker(line string) bool {
	return strings.HasPrefix(line, "=== ")
}

// reason is what a skipped test said, on one line: ": file.go:12: needs tmux".
func reason(said []string) string {
	var words []string
	for _, line := range said {
		text := strings.TrimSpace(line)
		if text != "" && !isMarker(text) && !strings.HasPrefix(text, "--- SKIP") {
			words = append(words, text)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return ": " + strings.Join(words, " ")
}
