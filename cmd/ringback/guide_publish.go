package main

import (
	"context"

	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/client"
)

func (a *app) guidePublishCommand() *cobra.Command {
	var defaults bool
	cmd := &cobra.Command{
		Use:   "publish {FILE | --defaults}",
		Short: "Put a guide in force; every desk gets it with its next sync",
		Long: `Put a guide in force. Its version must be above the one in force; a guide with a
new id is added to the others. A guide that cannot be used is refused with the
lines that are wrong, and the one in force stays.

With --defaults it is the guides that come with the server: those that the team
never had, and those of which it has an earlier version as it came. What the
team wrote itself stays. "guide list" says which these are.`,
		Example: `ringback guide publish house.md
ringback guide publish --defaults`,
		Args: func(cmd *cobra.Command, args []string) error {
			if defaults {
				return cobra.NoArgs(cmd, args)
			}
			return cobra.ExactArgs(1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if defaults {
				return a.publishDefaults(cmd)
			}
			text, err := a.readText(args[0], callback.MaxGuideBytes)
			if err != nil {
				return err
			}
			g, problems := callback.CheckGuide(text)
			if len(problems) > 0 {
				return a.guideProblems(args[0], problems)
			}
			_, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			if g, err = c.PublishGuide(cmd.Context(), g.ID, text); err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(guideRow(g))
			}
			a.sayf("%s, version %d, is in force.", callback.Line(g.ID), g.Version)
			return nil
		},
	}
	cmd.Flags().BoolVar(&defaults, "defaults", false, "publish the guides that come with the server, where the team has none or an earlier one of them")
	return cmd
}

func (a *app) publishDefaults(cmd *cobra.Command) error {
	_, c, err := a.remote(cmd)
	if err != nil {
		return err
	}
	list, err := c.PublishDefaultGuides(cmd.Context())
	if err != nil {
		return err
	}
	if a.flags.asJSON {
		return a.printJSON(map[string]any{"published": orEmpty(list)})
	}
	for _, d := range list {
		a.sayf("%s, version %d, is in force.", callback.Line(d.ID), d.Version)
	}
	if len(list) == 0 {
		a.sayf("Nothing to publish: the team has the guides of its server, or its own words in their place.")
	}
	return nil
}

// defaultGuides asks what the team made of the guides that come with its
// server; nothing, if that server does not tell yet.
func defaultGuides(ctx context.Context, c *client.Client) ([]callback.DefaultGuide, error) {
	list, err := c.DefaultGuides(ctx)
	if callback.CodeOf(err) == callback.CodeNotFound || callback.CodeOf(err) == callback.CodeInvalid {
		err = nil // 404, or 405 for a path of another method
	}
	return orEmpty(list), err
}

// sayDefaults says which guides that come with the server are not in force, and
// how they come to be.
func (a *app) sayDefaults(list []callback.DefaultGuide) {
	waiting := 0
	for _, d := range list {
		if words := d.Words(); words != "" {
			a.sayf("%s.", callback.Line(words))
		}
		if d.Waits() {
			waiting++
		}
	}
	if waiting > 0 {
		a.sayf("To publish %s: ringback guide publish --defaults", map[bool]string{true: "it", false: "them"}[waiting == 1])
	}
}
