package main

import (
	"strings"

	"github.com/spf13/cobra"
)

func (a *app) guideShowCommand() *cobra.Command {
	var version int
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Print the Markdown of a guide in force, to change and publish it",
		Long: `Print the Markdown of a guide in force, as its author wrote it. Change the text,
raise its version, and put it in force with "guide publish". Every version is
kept.`,
		Example: `ringback guide show detractor-en > house.md
ringback guide show detractor-en --version 1`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			g, err := c.Guide(cmd.Context(), args[0], version)
			if err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(g)
			}
			return a.sayYAML(strings.TrimRight(g.Source, "\n") + "\n")
		},
	}
	cmd.Flags().IntVar(&version, "version", 0, "an earlier version (default: the one in force)")
	return cmd
}
