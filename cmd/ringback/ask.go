package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"

	"ringback/callback"
)

// answer reads one line of what a person, or the script in their place, says.
// Nothing at all is an empty line.
func (a *app) answer() (string, error) {
	line, _, err := a.readLine()
	return line, err
}

// readLine is answer that tells whether anybody said anything.
func (a *app) readLine() (line string, said bool, err error) {
	if a.lines == nil {
		a.lines = bufio.NewReader(a.in)
	}
	line, err = a.lines.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", false, callback.Errorf(callback.CodeInvalid, "the answer cannot be read: %w", err)
	}
	return strings.TrimSpace(line), line != "", nil
}

// confirm asks a question that is answered with yes or no. A bare Enter means
// otherwise. Where nobody is there to answer it is CodeInvalid: a script must
// not take a question for a deed.
func (a *app) confirm(question string, otherwise bool) (bool, error) {
	choice := "[y/N]"
	if otherwise {
		choice = "[Y/n]"
	}
	fmt.Fprintf(a.err, "%s %s ", question, choice)
	line, said, err := a.readLine()
	if !isTerminal(a.in) {
		fmt.Fprintln(a.err)
		if err == nil && !said {
			return false, callback.Errorf(callback.CodeInvalid, "nobody answered, and nothing was done").WithHint("in a script give --yes")
		}
	}
	switch strings.ToLower(line) {
	case "y", "yes", "д", "да":
		return true, err
	case "":
		return otherwise, err
	}
	return false, err
}

// secretLine reads a token from standard input; a person's typing is not shown.
func (a *app) secretLine(what string) (string, error) {
	f, ok := a.in.(*os.File)
	if !ok || !isTerminal(a.in) {
		return a.answer()
	}
	fmt.Fprint(a.err, what+": ")
	raw, err := term.ReadPassword(f.Fd())
	fmt.Fprintln(a.err)
	if err != nil {
		return "", callback.Errorf(callback.CodeInvalid, "the answer cannot be read: %w", err)
	}
	return strings.TrimSpace(string(raw)), nil
}
