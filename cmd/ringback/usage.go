package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"ringback/callback"
)

// usageError puts what the command library says of a wrong command line into a
// sentence of ours, with how the command is used. Other errors stay.
func usageError(root *cobra.Command, args []string, err error) error {
	var own *callback.Error
	if err == nil || errors.As(err, &own) || !isUsage(err) {
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
	return callback.Errorf(callback.CodeInvalid, "%s", usageWords(path, said)).WithHint("%s", hint)
}

var (
	argsWrong   = regexp.MustCompile(`^(?:accepts|requires) (at least |at most |between )?(\d+)(?: and (\d+))? arg\(s\), (?:only )?received (\d+)$`)
	flagMissing = regexp.MustCompile(`^required flag\(s\) (.+) not set$`)
	flagWrong   = regexp.MustCompile(`^invalid argument ("(?:[^"\\]|\\.)*") for "(?:-\w, )?(--[\w-]+)" flag: (.*)$`)
)

func usageWords(path, said string) string {
	if m := argsWrong.FindStringSubmatch(said); m != nil {
		n, most := m[2], m[2]
		if m[3] != "" {
			n, most = n+" to "+m[3], m[3]
		}
		words := "arguments"
		if most == "1" {
			words = "argument"
		}
		given := "none was"
		if k, _ := strconv.Atoi(m[4]); k > 0 {
			given = count(k, "argument") + map[bool]string{true: " was", false: " were"}[k == 1]
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

// groups lets commands that only hold others refuse a word they do not know,
// the one among them that the command library brings along.
func groups(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		if sub.HasSubCommands() && sub.Run == nil && sub.RunE == nil || sub.Name() == "completion" {
			sub.Args, sub.RunE = cobra.ArbitraryArgs, groupOnly
		}
		groups(sub)
	}
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

// limitFlag gives a command --limit.
func limitFlag(cmd *cobra.Command, n *int, least, otherwise int, usage string) {
	*n = otherwise
	cmd.Flags().Var(atMost{n, least}, "limit", usage)
}
