package main

import (
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/ui"
)

func (a *app) guideCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "guide",
		Short: "Check, look at and publish the guides of calls (trainers)",
		Long: `Check, look at and publish the guides of calls. A guide is Markdown: fields
between two lines of three dashes, then a second-level heading for each step.
FILE may be - for standard input.

Take the text of one in force with "guide show", change it, look at it with
"guide preview", and put it in force with "guide publish".`,
	}
	cmd.AddCommand(a.guideLintCommand(), a.guidePreviewCommand(), a.guidePublishCommand(), a.guideListCommand(), a.guideShowCommand())
	return cmd
}

func (a *app) guideLintCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "lint FILE",
		Short: "Say what is wrong with a guide, line by line; needs no server",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := a.readText(args[0], callback.MaxGuideBytes)
			if err != nil {
				return err
			}
			g, problems := callback.CheckGuide(text)
			if a.flags.asJSON {
				if err := a.printJSON(map[string]any{"ok": len(problems) == 0, "problems": orEmpty(problems)}); err != nil {
					return err
				}
			}
			if len(problems) > 0 {
				return a.guideProblems(args[0], problems)
			}
			if !a.flags.asJSON {
				a.sayf("%s can be published: %s, version %d, %d steps.", callback.Line(args[0]), callback.Line(g.ID), g.Version, len(g.Steps))
			}
			return nil
		},
	}
}

// guideProblems lists what is wrong with a guide, as compilers do, and gives
// the error that ends the command.
func (a *app) guideProblems(file string, problems []callback.GuideProblem) error {
	for _, p := range problems {
		a.notef("%s:%d: %s", callback.Line(file), p.Line, callback.Line(p.What))
	}
	return callback.Errorf(callback.CodeInvalid, "%s has %s; it was not used", callback.Line(file), count(len(problems), "problem"))
}

func (a *app) guidePreviewCommand() *cobra.Command {
	var width int
	var when []string
	cmd := &cobra.Command{
		Use:   "preview FILE",
		Short: "Show a guide as the call screen would; needs no server",
		Example: `ringback guide preview house.md
ringback guide preview house.md --when reason=billing --when answer.visit=no`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := a.readText(args[0], callback.MaxGuideBytes)
			if err != nil {
				return err
			}
			g, problems := callback.CheckGuide(text)
			if len(g.Steps) == 0 {
				return a.guideProblems(args[0], problems)
			}
			if g, err = forCall(g, when); err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(g)
			}
			plain := !isTerminal(a.out) || a.env("TERM") == "dumb"
			if width == 0 {
				width = a.width()
			}
			drawn := ui.DrawGuide(g, a.look(), width)
			if plain {
				drawn = ansi.Strip(drawn)
			}
			a.sayf("%s", strings.TrimRight(drawn, "\n"))
			for _, p := range problems {
				a.notef("%s:%d: %s", callback.Line(args[0]), p.Line, callback.Line(p.What))
			}
			return nil
		},
	}
	cmd.Flags().IntVar(&width, "width", 0, "cells to a line (default: the terminal's, at most 80)")
	cmd.Flags().StringArrayVar(&when, "when", nil, "only the steps of such a call: kind, language, product, reason, score or answer.QUESTION, as field=value; repeatable")
	return cmd
}

// readableWidth is the longest line that is read with ease, in cells.
const readableWidth = 80

// width is how wide text for a person may be.
func (a *app) width() int {
	if f, ok := a.out.(*os.File); ok {
		if w, _, err := term.GetSize(f.Fd()); err == nil && w > 0 {
			return min(w, readableWidth)
		}
	}
	return readableWidth
}

// guideJSON is a guide in a list.
type guideJSON struct {
	ID       string          `json:"id"`
	Version  int             `json:"version"`
	Title    string          `json:"title"`
	For      []callback.Kind `json:"for"`
	Language string          `json:"language"`
	Steps    int             `json:"steps"`
}

func guideRow(g callback.Guide) guideJSON {
	return guideJSON{ID: g.ID, Version: g.Version, Title: g.Title, For: orEmpty(g.For), Language: g.Language, Steps: len(g.Steps)}
}

func (a *app) guideListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the guides in force",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			list, err := c.Guides(cmd.Context())
			if err != nil {
				return err
			}
			rows := []guideJSON{}
			for _, g := range list {
				rows = append(rows, guideRow(g))
			}
			defaults, err := defaultGuides(cmd.Context(), c)
			if err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(map[string]any{"guides": rows, "defaults": defaults})
			}
			w := a.table("ID", "VERSION", "FOR", "LANGUAGE", "STEPS", "TITLE")
			for _, g := range rows {
				row(w, callback.Line(g.ID), g.Version, callback.Line(kindsText(g.For)), callback.Line(g.Language), g.Steps, callback.Line(g.Title))
			}
			if err := w.Flush(); err != nil {
				return err
			}
			a.sayDefaults(defaults)
			return nil
		},
	}
}

func kindsText(kinds []callback.Kind) string {
	if len(kinds) == 0 {
		return "all"
	}
	var words []string
	for _, k := range kinds {
		words = append(words, string(k))
	}
	return strings.Join(words, ", ")
}

// readText reads a file that a person wrote, or standard input, up to a limit
// of bytes; one byte more is read, so that whoever checks it can tell.
func (a *app) readText(path string, most int64) (string, error) {
	from := a.in
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return "", cannotRead(path, err)
		}
		defer func() { _ = f.Close() }() // it was only read
		from = f
	}
	raw, err := io.ReadAll(io.LimitReader(from, most+1))
	if err != nil {
		return "", cannotRead(path, err)
	}
	return strings.TrimPrefix(string(raw), "\ufeff"), nil
}

func cannotRead(path string, err error) error {
	code := callback.CodeInvalid
	if os.IsNotExist(err) {
		code = callback.CodeNotFound
	}
	return callback.Errorf(code, "%s cannot be read: %w", callback.Line(path), err)
}
