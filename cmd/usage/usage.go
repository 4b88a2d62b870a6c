// Package usage makes sentences of what the command library says of a wrong
// command line, the same in both programs.
package usage

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"ringback/callback"
)

// Error puts what the command library says of a wrong command line into a
// sentence of ours, with how the command is used: CodeInvalid. Other errors
// stay.
func Error(root *cobra.Command, args []string, err error) error {
	var own *callback.Error
	if err == nil || errors.As(err, &own) || !Wrong(err) {
		return err
	}
	cmd, _, wrong := root.Find(args)
	if wrong != nil {
		cmd = root
	}
	path := cmd.CommandPath()
	hint := "see: " + path + " --help"
	if cmd != root && !cmd.HasSubCommands() {
		hint = "usage: " + strings.TrimSuffix(cmd.UseLine(), " [flags]") + "; " + hint
	}
	said, near, _ := strings.Cut(err.Error(), "\n")
	if _, near, found := strings.Cut(near, "Did you mean this?"); found {
		hint = "did you mean " + strings.Join(strings.Fields(near), " or ") + "?"
	}
	return callback.Errorf(callback.CodeInvalid, "%s", sentence(path, said)).WithHint("%s", hint)
}

var (
	argsWrong   = regexp.MustCompile(`^(?:accepts|requires) (at least |at most |between )?(\d+)(?: and (\d+))? arg\(s\), (?:only )?received (\d+)$`)
	flagMissing = regexp.MustCompile(`^required flag\(s\) (.+) not set$`)
	flagWrong   = regexp.MustCompile(`^invalid argument ("(?:[^"\\]|\\.)*") for "(?:-\w, )?(--[\w-]+)" flag: (.*)$`)
)

func sentence(path, said string) string {
	if m := argsWrong.FindStringSubmatch(said); m != nil {
		n, most := m[2], m[2]
		if m[3] != "" {
			n, most = n+" to "+m[3], m[3]
		}
		words := "arguments"
		if most == "1" {
			words = "argument"
		}
		given := map[string]string{"0": "none was", "1": "1 was"}[m[4]]
		if given == "" {
			given = m[4] + " were"
		}
		least := strings.TrimSuffix(m[1], "between ")
		return fmt.Sprintf("%s takes %s%s %s, and %s given", path, least, n, words, given)
	}
	if m := flagMissing.FindStringSubmatch(said); m != nil {
		names := strings.Split(strings.ReplaceAll(m[1], `"`, ""), ", ")
		return path + " needs --" + strings.Join(names, " and --")
	}
	if m := flagWrong.FindStringSubmatch(said); m != nil {
		why := m[3]
		if strings.HasPrefix(why, "strconv.Parse") || strings.HasPrefix(why, "strconv.Atoi") {
			why = "it is a whole number"
			if strings.HasPrefix(m[3], "strconv.ParseBool") {
				why = "it is true or false"
			}
		}
		return fmt.Sprintf("%s is %s: %s", m[2], m[1], why)
	}
	return said
}

// Groups lets commands that only hold others refuse a word they do not know,
// the one among them that the command library brings along.
func Groups(cmd *cobra.Command) {
	if !cmd.HasParent() {
		cmd.InitDefaultCompletionCmd()
	}
	if cmd.HasSubCommands() && cmd.Run == nil && cmd.RunE == nil || cmd.Name() == "completion" {
		cmd.Args, cmd.RunE = cobra.ArbitraryArgs, group
	}
	for _, sub := range cmd.Commands() {
		Groups(sub)
	}
}

// group is what a command does that only holds others: help, or an error for a
// word it does not know.
func group(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	hint := "see: " + cmd.CommandPath() + " --help"
	cmd.SuggestionsMinimumDistance = 2 // what the command library takes for its own suggestions
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return callback.Errorf(callback.CodeInvalid, "%s has no command %q", cmd.CommandPath(), callback.Line(args[0]).String()).WithHint("%s", hint)
}

// Wrong tells whether a command line was wrong. The command library has no type
// for that, only these words.
func Wrong(err error) bool {
	for _, s := range []string{"unknown command", "unknown flag", "unknown shorthand", "accepts ", "requires ", "required flag", "invalid argument", "flag needs an argument"} {
		if strings.Contains(err.Error(), s) {
			return true
		}
	}
	return false
}

// atMost is how many lines a list may have.
type atMost struct {
	n     *int
	least int
}

func (l atMost) String() string {
	if l.n == nil {
		return "0"
	}
	return strconv.Itoa(*l.n)
}

func (atMost) Type() string { return "int" }

func (l atMost) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < l.least {
		return fmt.Errorf("it is a whole number, %d or more", l.least)
	}
	*l.n = n
	return nil
}

// Limit gives a command the flag --limit: least or more, otherwise if it is not
// given.
func Limit(cmd *cobra.Command, n *int, least, otherwise int, usage string) {
	*n = otherwise
	cmd.Flags().Var(atMost{n, least}, "limit", usage)
}
