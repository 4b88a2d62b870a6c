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
and compares both with what is stored. It may run while the server serves. The
exit code is 0 when everything agrees and 1 when something does not.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), func(s *server.Server) error {
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

func (a *app) backupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup PATH",
		Short: "Write a copy of the SQLite database while the server runs",
		Long: `Writes a complete, consistent copy of the SQLite database to PATH, which must not
exist yet. It may run while the server serves. A PostgreSQL database is backed up
with pg_dump.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *server.Server) error {
				size, err := s.Backup(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				done := struct {
					Path  string `json:"path"`
					Bytes int64  `json:"bytes"`
				}{args[0], size}
				return a.print(done, func(w io.Writer) { fmt.Fprintf(w, "The backup %s holds %d bytes.\n", args[0], size) })
			})
		},
	}
}
