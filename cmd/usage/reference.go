package usage

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
)

// Reference describes a program's commands in Markdown: for each how it is
// used, its flags and its examples, in the order in which --help lists them.
func Reference(root *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s: all commands\n\nWhat `--help` says of each. Written by the program itself; a test keeps it so.\n", root.Name())
	b.WriteString("\nEvery command takes:\n\n")
	flagLines(&b, root.PersistentFlags().FlagUsages())
	refer(&b, root)
	return b.String()
}

func refer(b *strings.Builder, cmd *cobra.Command) {
	if cmd.Hidden || cmd.Name() == "help" || cmd.Name() == "completion" {
		return
	}
	local := cmd.LocalNonPersistentFlags()
	if cmd.HasParent() {
		fmt.Fprintf(b, "\n## %s\n\n", cmd.CommandPath())
		if cmd.HasSubCommands() {
			fmt.Fprintf(b, "%s.\n", cmd.Short)
		} else {
			fmt.Fprintf(b, "`%s`: %s.\n", strings.TrimSuffix(cmd.UseLine(), " [flags]"), cmd.Short)
		}
		if more := strings.TrimSpace(cmd.Long); more != "" && more != cmd.Short+"." {
			fmt.Fprintf(b, "\n```text\n%s\n```\n", more)
		}
	}
	if local.HasAvailableFlags() {
		b.WriteString("\n")
		flagLines(b, local.FlagUsages())
	}
	if example := strings.TrimSpace(cmd.Example); example != "" {
		lines := strings.Split(example, "\n")
		for i := range lines {
			lines[i] = strings.TrimSpace(lines[i])
		}
		fmt.Fprintf(b, "\n```\n%s\n```\n", strings.Join(lines, "\n"))
	}
	for _, sub := range cmd.Commands() {
		refer(b, sub)
	}
}

func flagLines(b *strings.Builder, usages string) {
	b.WriteString("```text\n")
	for line := range strings.Lines(usages) {
		if name := strings.Fields(line); len(name) > 0 && name[0] != "-h," && name[0] != "--help" {
			b.WriteString(strings.TrimRight(line, " \n") + "\n")
		}
	}
	b.WriteString("```\n")
}

var (
	inlineCode = regexp.MustCompile("`[^`]+`")
	betweenTwo = regexp.MustCompile(`\|\||&&|[|;]`)
	flagName   = regexp.MustCompile(`^--([a-z][a-z-]*)`)
)

// Misprints gives the commands and flags that a Markdown text shows of a
// program and that it does not have.
func Misprints(root *cobra.Command, markdown string) []string {
	var out []string
	block := false
	for line := range strings.Lines(markdown) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "```") {
			block = !block
			continue
		}
		codes := []string{line}
		if !block {
			codes = inlineCode.FindAllString(line, -1)
		}
		for _, code := range codes {
			code, _, _ = strings.Cut(strings.Trim(code, "`"), " #")
			for _, one := range betweenTwo.Split(code, -1) {
				if wrong := misprint(root, strings.Fields(one)); wrong != "" {
					out = append(out, wrong)
				}
			}
		}
	}
	return out
}

// misprint looks at one command line; "" if nothing is wrong with it, or if it
// is another program's.
func misprint(root *cobra.Command, words []string) string {
	for len(words) > 0 && strings.Contains(words[0], "=") {
		words = words[1:]
	}
	if len(words) == 0 || strings.TrimPrefix(words[0], "bin/") != root.Name() {
		return ""
	}
	cmd, words := root, words[1:]
	for len(words) > 0 && cmd.HasSubCommands() {
		sub, _, err := cmd.Find(words[:1])
		if err != nil || sub == cmd {
			if first := words[0]; strings.Trim(first, "abcdefghijklmnopqrstuvwxyz") == "" {
				return fmt.Sprintf("%s has no command %q", cmd.CommandPath(), first)
			}
			break
		}
		cmd, words = sub, words[1:]
	}
	for _, word := range words {
		m := flagName.FindStringSubmatch(word)
		if m == nil || m[1] == "help" || m[1] == "version" {
			continue
		}
		if cmd.Flags().Lookup(m[1]) == nil && cmd.InheritedFlags().Lookup(m[1]) == nil && cmd.PersistentFlags().Lookup(m[1]) == nil {
			return fmt.Sprintf("%s has no --%s", cmd.CommandPath(), m[1])
		}
	}
	return ""
}
