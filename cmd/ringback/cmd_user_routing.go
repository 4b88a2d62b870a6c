package main

import (
	"strings"

	"github.com/spf13/cobra"

	"ringback/callback"
)

// userWordsCommand is a command that replaces a list of words of an account.
func (a *app) userWordsCommand(use, short, long, example string, change func([]string) callback.UserChange) *cobra.Command {
	return &cobra.Command{
		Use:     use,
		Short:   short,
		Long:    long,
		Example: example,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			list := []string{}
			for _, arg := range args[1:] {
				for word := range strings.SplitSeq(arg, ",") {
					if word = strings.TrimSpace(word); word != "" {
						list = append(list, word)
					}
				}
			}
			return a.changeUser(cmd, args[0], change(list))
		},
	}
}

func (a *app) userLanguagesCommand() *cobra.Command {
	return a.userWordsCommand("languages ID [LANGUAGE…]", "Say what somebody speaks; without a language nothing is said of it",
		`Say what somebody speaks, by tags such as en, es or pt-BR. Cases of customers who speak
something else are for others first, as the policy's routing says. Somebody of whom
nothing is said is served every case.`,
		"ringback user languages anna.kovač en es",
		func(list []string) callback.UserChange { return callback.UserChange{Languages: &list} })
}

func (a *app) userSkillsCommand() *cobra.Command {
	return a.userWordsCommand("skills ID [SKILL…]", "Say what somebody can do; without a skill, that they have none",
		`Say what somebody can do, by the names that the policy's routing uses. A skill that nobody
on the team has is asked of nobody.`,
		"ringback user skills anna.kovač recovery",
		func(list []string) callback.UserChange { return callback.UserChange{Skills: &list} })
}

// wordsText lists what is said of somebody.
func wordsText(list []string) callback.Text { return callback.Line(strings.Join(list, " ")) }

// saidText says what somebody speaks and can do, if anything is said of it.
func saidText(u callback.Agent) string {
	out := ""
	if len(u.Languages) > 0 {
		names := make([]string, len(u.Languages))
		for i, l := range u.Languages {
			names[i] = callback.LanguageName(l)
		}
		out = " Speaks " + strings.Join(names, ", ") + "."
	}
	if len(u.Skills) > 0 {
		out += " Can do: " + wordsText(u.Skills).String() + "."
	}
	return out
}
