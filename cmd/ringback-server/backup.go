package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/server"
)

// backupDone is what backup prints.
type backupDone struct {
	Path      string            `json:"path"`
	Bytes     int64             `json:"bytes,omitempty"`
	Epoch     string            `json:"epoch"`
	Positions map[string]uint64 `json:"positions"`
	Removed   []string          `json:"removed,omitempty"`
}

func (a *app) backupCommand() *cobra.Command {
	var keep int
	var name string
	cmd := &cobra.Command{
		Use:   "backup PATH",
		Short: "Write a copy of the SQLite database while the server runs",
		Long: `Writes a complete, consistent copy of the SQLite database to PATH, which must not
exist yet, reads it back, and puts it on the list of backups that are meant for
restore. It may run while the server serves. Until it is whole it is called
PATH.unfinished-…; what one that was killed left is removed by a later one.

Desks keep what they recorded until the oldest backup on the list holds it, so
take those off the list that you would not restore any more: --keep does it.

A PostgreSQL database is backed up with pg_dump or the tools of its host. Put the
backup on the list with --register before it begins, and take it off if it fails.`,
		Example: `  ringback-server backup /backup/ringback-$(date +%F).db --keep 14
  ringback-server backup --register dump-2026-11-22 && pg_dump --format=custom --file=dump-2026-11-22 ringback`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (len(args) == 1) == (name != "") {
				return callback.Errorf(callback.CodeInvalid, "backup takes either a file to write, or --register with a name")
			}
			return a.on(cmd.Context(), func(s *server.Server) error {
				if name != "" {
					return a.registerBackup(cmd, s, name)
				}
				return a.backup(cmd, s, args[0], keep)
			})
		},
	}
	cmd.Flags().IntVar(&keep, "keep", 0, "keep the latest so many backups of the folder, and remove the others, file and all")
	cmd.Flags().StringVar(&name, "register", "", "only put a backup on the list that another tool is about to make")
	cmd.AddCommand(a.backupListCommand(), a.backupForgetCommand())
	return cmd
}

func (a *app) backup(cmd *cobra.Command, s *server.Server, path string, keep int) error {
	b, err := s.Backup(cmd.Context(), path)
	if err != nil {
		return err
	}
	done := backupDone{Path: b.Name, Bytes: b.Bytes, Epoch: b.Epoch, Positions: b.Positions}
	if keep > 0 {
		if done.Removed, err = s.KeepBackups(cmd.Context(), filepath.Dir(b.Name), keep); err != nil {
			return err
		}
	}
	return a.print(done, func(w io.Writer) {
		fmt.Fprintf(w, "The backup %s holds %d bytes.\n", callback.Line(path), b.Bytes)
		for _, name := range done.Removed {
			fmt.Fprintf(w, "The old backup %s was removed.\n", callback.Line(name))
		}
	})
}

func (a *app) registerBackup(cmd *cobra.Command, s *server.Server, name string) error {
	b, err := s.NoteBackup(cmd.Context(), name)
	if err != nil {
		return err
	}
	return a.print(backupDone{Path: b.Name, Epoch: b.Epoch, Positions: b.Positions}, func(w io.Writer) {
		fmt.Fprintf(w, "On the list: %s. Make it now; if it fails, say ringback-server backup forget.\n", callback.Line(b.Name))
	})
}

// backupListed is a row of `ringback-server backup list --json`.
type backupListed struct {
	server.Backup
	// Missing tells that there is no such file now: it was moved, or is gone.
	Missing bool `json:"missing,omitempty"`
}

// found tells whether a backup that is a file is where it was written. One that
// another tool made has a name and no place.
func found(name string) bool {
	if !filepath.IsAbs(name) {
		return true
	}
	_, err := os.Stat(name)
	return err == nil
}

func (a *app) backupListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the backups that are meant for restore",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.look(cmd.Context(), func(s *server.Server) error {
				list, err := s.Backups(cmd.Context())
				if err != nil {
					return err
				}
				listed := make([]backupListed, len(list))
				for i, b := range list {
					listed[i] = backupListed{b, !found(b.Name)}
				}
				return a.print(map[string]any{"backups": listed}, func(w io.Writer) {
					for _, b := range listed {
						fmt.Fprintf(w, "%s  %s%s\n", b.At.Format(time.DateTime), callback.Line(b.Name), map[bool]string{true: "  (not there)"}[b.Missing])
					}
					if len(list) == 0 {
						fmt.Fprintln(w, "No backup is on the list: desks keep all that they recorded, for 90 days.")
					}
				})
			})
		},
	}
}

func (a *app) backupForgetCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "forget NAME",
		Short: "Take a backup off the list; its file stays",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.on(cmd.Context(), func(s *server.Server) error {
				err := s.ForgetBackup(cmd.Context(), args[0])
				if abs, wrong := filepath.Abs(args[0]); callback.CodeOf(err) == callback.CodeNotFound && wrong == nil {
					if again := s.ForgetBackup(cmd.Context(), abs); again == nil {
						err = nil
					}
				}
				if err != nil {
					return err
				}
				return a.print(map[string]any{"forgotten": args[0]}, func(w io.Writer) {
					fmt.Fprintf(w, "%s is off the list.\n", callback.Line(args[0]))
				})
			})
		},
	}
}

func (a *app) restoreCommand() *cobra.Command {
	var opt server.RestoreOptions
	cmd := &cobra.Command{
		Use:   "restore [BACKUP]",
		Short: "Put a backup in the place of the database",
		Long: `Puts a backup in the place of the SQLite database, which is moved aside. The server
must be stopped; the desks go on without it. A new history begins: with their next
sync the desks send again what the backup lacks, and leases of before count no more.

A backup that ends before what desks were told to be safe is refused, unless
--accept-loss is given; then it is listed what cannot come back. What was imported,
and who was added, since the backup is to be done again.

For PostgreSQL bring the database back with its own tools, then say restore without
a file: it begins the new history.`,
		Example: "  ringback-server restore /backup/ringback-2026-11-22.db --db sqlite:/srv/ringback/server.db",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.config(server.HistoryNew)
			if err != nil {
				return err
			}
			backup := ""
			if len(args) == 1 {
				backup = args[0]
			}
			report, err := server.Restore(cmd.Context(), cfg, backup, opt)
			if err != nil {
				return err
			}
			return a.print(report, func(w io.Writer) { tellRestore(w, report) })
		},
	}
	cmd.Flags().BoolVar(&opt.AcceptLoss, "accept-loss", false, "take a backup that lacks what desks may have dropped")
	return cmd
}

func tellRestore(w io.Writer, r server.RestoreReport) {
	fmt.Fprintf(w, "A new history begins: %s. %d leases ended.\n", r.Epoch, r.Voided)
	if r.Erased > 0 {
		fmt.Fprintf(w, "Erasures that were repeated, because the backup was of before: %d.\n", r.Erased)
	}
	if r.Aside != "" {
		fmt.Fprintf(w, "The database of before is %s: remove it when all is well.\n", callback.Line(r.Aside))
	}
	if r.Unknown {
		fmt.Fprintln(w, "No database of before could be read: what is lost cannot be said.")
	}
	for _, l := range r.Lost {
		fmt.Fprintf(w, "May not come back: %d events of %s, numbers %d to %d of stream %s at desk %s (team %s).\n",
			l.Events, callback.Line(l.Agent), l.First, l.Last, callback.Line(l.Stream), callback.Line(l.Device), callback.Line(l.Team))
	}
	if r.Banned > 0 {
		fmt.Fprintf(w, "Brought over from the database of before: %d do-not-call entries that the backup lacked.\n", r.Banned)
	}
	for _, m := range r.Again {
		where := ""
		if m.Team != "" {
			where = " of team " + callback.Line(m.Team).String()
		}
		if len(m.IDs) > 0 {
			where += ": " + callback.Line(strings.Join(m.IDs, ", ")).String()
		}
		fmt.Fprintf(w, "To be done again: %d %s%s.\n", m.N, m.What, where)
	}
	fmt.Fprintln(w, "Start the server; with their next sync the desks send again what it lacks.")
}
