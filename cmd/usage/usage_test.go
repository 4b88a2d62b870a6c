package usage_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/cmd/usage"
)

func program() *cobra.Command {
	root := &cobra.Command{Use: "prog", SilenceErrors: true, SilenceUsage: true}
	root.PersistentFlags().Bool("json", false, "print facts as JSON")
	group := &cobra.Command{Use: "list", Short: "Keep a list"}
	add := &cobra.Command{Use: "add NAME", Short: "Add a name", Args: cobra.ExactArgs(1), RunE: func(*cobra.Command, []string) error { return nil }}
	add.Flags().String("reason", "", "why")
	_ = add.MarkFlagRequired("reason")
	show := &cobra.Command{Use: "show", Short: "Show it", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error { return nil }}
	var n int
	usage.Limit(show, &n, 1, 50, "at most so many")
	group.AddCommand(add, show)
	root.AddCommand(group)
	usage.Groups(root)
	return root
}

func TestAWrongCommandLineIsOneSentence(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"list add":                    `prog list add takes 1 argument, and none was given; usage: prog list add NAME; see: prog list add --help`,
		"list add a b":                `prog list add takes 1 argument, and 2 were given; usage: prog list add NAME; see: prog list add --help`,
		"list add a":                  `prog list add needs --reason; usage: prog list add NAME; see: prog list add --help`,
		"list show --limit x":         `--limit is "x": it is a whole number, 1 or more; usage: prog list show; see: prog list show --help`,
		"list show --limit 0":         `--limit is "0": it is a whole number, 1 or more; usage: prog list show; see: prog list show --help`,
		"list show --bogus":           `unknown flag: --bogus; usage: prog list show; see: prog list show --help`,
		"list show x":                 `unknown command "x" for "prog list show"; usage: prog list show; see: prog list show --help`,
		"list shwo":                   `prog list has no command "shwo"; did you mean show?`,
		"list nothing":                `prog list has no command "nothing"; see: prog list --help`,
		"lits":                        `prog has no command "lits"; did you mean list?`,
		"list show --limit 3 --json":  "",
		"list add Ann --reason=asked": "",
	} {
		root, args := program(), strings.Fields(line)
		root.SetArgs(args)
		err := usage.Error(root, args, root.Execute())
		got := ""
		if err != nil {
			got = err.Error()
			if callback.CodeOf(err) != callback.CodeInvalid {
				t.Errorf("%s: code %s", line, callback.CodeOf(err))
			}
		}
		if got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", line, got, want)
		}
	}
}

func TestMisprintsAreFound(t *testing.T) {
	t.Parallel()
	text := "Say `prog list add NAME --raeson x`, or `prog list shwo`.\n\n```\n" +
		"prog list show --limit 3 | jq .   # --nothing\nX=1 prog list add a --reason b && other --flag\nprog nothing\nprog list show --json --lmit 3\n```\n"
	want := []string{
		`prog list add has no --raeson`, `prog list has no command "shwo"`, `prog has no command "nothing"`, `prog list show has no --lmit`,
	}
	if diff := cmp.Diff(want, usage.Misprints(program(), text)); diff != "" {
		t.Error(diff)
	}
}
