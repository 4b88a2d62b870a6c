package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"time"

	"ringback/callback"
	"ringback/cmd/usage"
	"ringback/server"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"
)

// app is the program without the process around it, so that tests can run it.
type app struct {
	out, err io.Writer
	getenv   func(string) string
	now      func() time.Time
	newID    func() string
	flags    globalFlags
}

// globalFlags are those that every command takes.
type globalFlags struct {
	db     string
	state  string
	asJSON bool
}

// run executes a command line and gives the exit code: 0 done, 1 something
// went wrong, 2 the command line is wrong, 5 not found, 6 taken, 7 the disk or
// the database needs help.
func (a *app) run(ctx context.Context, args []string) int {
	root := a.newRoot()
	root.SetArgs(args)
	root.SetOut(a.out)
	root.SetErr(a.err)
	err := fang.Execute(ctx, root,
		fang.WithVersion(version),
		fang.WithErrorHandler(func(w io.Writer, _ fang.Styles, err error) {
			err = usage.Error(root, args, err)
			if !errors.Is(err, errSaid) {
				fmt.Fprintf(w, "ringback-server: %s\n", callback.Line(err.Error()))
			}
		}),
	)
	return exitCode(err)
}

// errSaid ends a command with a failure that was printed already.
var errSaid = errors.New("already said")

func exitCode(err error) int {
	if err == nil {
		return 0
	}
	var e *callback.Error
	if !errors.As(err, &e) {
		if usage.Wrong(err) {
			return 2
		}
		return 1
	}
	switch e.Code {
	case callback.CodeInvalid:
		return 2
	case callback.CodeNotFound:
		return 5
	case callback.CodeConflict, callback.CodeLocked:
		return 6
	case callback.CodeFull, callback.CodeDamaged, callback.CodeNewer:
		return 7
	}
	return 1
}

// newRoot assembles the commands: this list is all there is.
func (a *app) newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "ringback-server",
		Short: "The central endpoint of a call-back team",
		Long: `ringback-server takes survey responses in, opens cases by the policy, and serves
the desks of the call-back team over REST. Its data lies in one SQLite file, or
in PostgreSQL.

"ringback-server serve" starts it; the first start says how to sign in.`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	f := root.PersistentFlags()
	f.StringVar(&a.flags.db, "db", a.getenv("RINGBACK_DB"),
		"database: sqlite:PATH or postgres://… (RINGBACK_DB; default: a SQLite file in the user's data folder)")
	f.StringVar(&a.flags.state, "state", a.getenv("RINGBACK_STATE"),
		"beginning of the names of the files beside the database (RINGBACK_STATE; default: the SQLite file's own name)")
	f.BoolVar(&a.flags.asJSON, "json", false, "print facts as JSON")
	root.AddCommand(
		a.serveCommand(),
		a.demoCommand(),
		a.userCommand(),
		a.teamCommand(),
		a.auditCommand(),
		a.checkCommand(),
		a.backupCommand(),
		a.restoreCommand(),
		a.scrubCommand(),
		a.versionCommand(),
	)
	usage.Groups(root)
	return root
}

// config says which server to open.
func (a *app) config(rule server.HistoryRule) (server.Config, error) {
	if err := a.housed(); err != nil {
		return server.Config{}, err
	}
	key, err := hex.DecodeString(a.getenv("RINGBACK_SERVER_KEY"))
	if err != nil || len(key) > 0 && len(key) < minKey {
		return server.Config{}, callback.Errorf(callback.CodeInvalid, "RINGBACK_SERVER_KEY is not a key").
			WithHint("give %d hexadecimal digits or more, as openssl rand -hex %d prints them", 2*minKey, 2*minKey)
	}
	return server.Config{
		DSN: a.dsn(), Side: a.side(), Key: key, History: rule, Now: a.now, NewID: a.newID, Version: version,
		Log: slog.New(slog.NewTextHandler(a.err, nil)),
	}, nil
}

// minKey is the least length of a key from the environment, in bytes.
const minKey = 16

// on runs do on a server's database, which is there already, and closes it.
func (a *app) on(ctx context.Context, do func(*server.Server) error) error {
	return a.withRule(ctx, server.HistoryStop, do)
}

// look runs do on whatever database there is, to look at it only.
func (a *app) look(ctx context.Context, do func(*server.Server) error) error {
	return a.withRule(ctx, server.HistoryLook, do)
}

func (a *app) withRule(ctx context.Context, rule server.HistoryRule, do func(*server.Server) error) error {
	if err := a.housed(); err != nil {
		return err
	}
	if err := a.there(); err != nil {
		return err
	}
	return a.withConfig(ctx, rule, func(c *server.Config) { c.Existing = true }, do)
}

// withConfig is withRule with changes.
func (a *app) withConfig(ctx context.Context, rule server.HistoryRule, change func(*server.Config), do func(*server.Server) error) error {
	cfg, err := a.config(rule)
	if err != nil {
		return err
	}
	change(&cfg)
	s, err := server.Open(ctx, cfg)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

// print writes a fact: as one line of JSON, or as words for a person.
func (a *app) print(v any, words func(io.Writer)) error {
	if !a.flags.asJSON {
		words(a.out)
		return nil
	}
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v := struct {
				Version string `json:"version"`
				Schema  int    `json:"schema"`
				Go      string `json:"go"`
			}{version, callback.SchemaVersion, runtime.Version()}
			return a.print(v, func(w io.Writer) { fmt.Fprintf(w, "ringback-server %s (schema %d, %s)\n", v.Version, v.Schema, v.Go) })
		},
	}
}
