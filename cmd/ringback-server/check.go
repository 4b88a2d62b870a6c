package main

import (
	"fmt"
	"io"

	"ringback/server"

	"github.com/spf13/cobra"
)

func (a *app) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Recompute every case and counter from the events and compare",
		Long: `Folds every case again from its events, counts the board again from the cases,
and compares both with what is stored; looks whether the database is the one that
was served last. It may run while the server serves. The exit code is 0 when everything agrees and 1 when something does not.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.look(cmd.Context(), func(s *server.Server) error {
				r, err := s.Check(cmd.Context())
				if err != nil {
					return err
				}
				err = a.print(r, func(w io.Writer) {
					for _, p := range r.Problems {
						fmt.Fprintf(w, "%s: %s\n", p.Where, p.What)
					}
					word := "Everything agrees"
					if !r.OK {
						word = "Something does not agree"
					}
					fmt.Fprintf(w, "%s: %d cases, %d events and %d days were recomputed.\n", word, r.Cases, r.Events, r.Days)
				})
				if err == nil && !r.OK {
					return errSaid
				}
				return err
			})
		},
	}
}

func (a *app) scrubCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "scrub",
		Short: "Write the SQLite database anew, so that nothing erased is left on its pages",
		Long: `Writes the SQLite database anew and empties its log, so that no page keeps what was
erased or moved. An erasure does it by itself, but on a database over 2 GiB it
leaves it to this command: writers wait meanwhile, for some seconds a gigabyte. It
may run while the server serves.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.on(cmd.Context(), func(s *server.Server) error {
				left, err := s.Scrub(cmd.Context())
				if err != nil {
					return err
				}
				return a.print(map[string]any{"left": left}, func(w io.Writer) {
					if left == "" {
						left = "nothing that was erased is left on its pages"
					}
					fmt.Fprintf(w, "Done: %s.\n", left)
				})
			})
		},
	}
}
