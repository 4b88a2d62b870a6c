package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/cmd/usage"
)

// app is the program without the process around it, so that tests can run it.
type app struct {
	in io.Reader
	// lines reads in by the line, once somebody has.
	lines    *bufio.Reader
	out, err io.Writer
	environ  []string
	now      func() time.Time
	newID    func() string
	flags    globalFlags
	settings settings
	// vault seals the secrets of the data folder; see vaultOf.
	vault *vault
	// at is the account that the command speaks for, once it is known.
	at string
}

// globalFlags are those that every command takes.
type globalFlags struct {
	config string
	data   string
	url    string
	asJSON bool
}

// run executes a command line and gives the exit code; see exit.go.
func (a *app) run(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	err := fang.Execute(ctx, root,
		fang.WithVersion(version),
		fang.WithErrorHandler(func(w io.Writer, _ fang.Styles, err error) { report(w, a.heed(ctx, usage.Error(root, args, err))) }),
	)
	return exitCode(err)
}

// root assembles the commands: this list is all there is.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "ringback",
		Short: "Phone the customers who are unhappy or asked to be called",
		Long: `ringback is a call-back team's workplace in the terminal.

Without a command it opens the desk: the queue of customers to phone, the guided
call, the board, the replay of comments and the state of the sync. It works
without a connection; what you record is kept and sent when there is one.

New here? "ringback demo" shows everything on a make-believe team.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          a.runDesk,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return a.configure(cmd)
		},
	}
	f := root.PersistentFlags()
	f.StringVar(&a.flags.config, "config", "", "settings file (default: ringback/config.toml in the user's config folder)")
	f.StringVar(&a.flags.data, "data", "", "folder of this desk (RINGBACK_DATA)")
	f.StringVar(&a.flags.url, "url", "", "address of the server (RINGBACK_URL)")
	f.BoolVar(&a.flags.asJSON, "json", false, "print facts as JSON")
	a.lookFlags(root)
	root.AddCommand(
		a.demoCommand(),
		a.loginCommand(),
		a.logoutCommand(),
		a.wipeCommand(),
		a.passphraseCommand(),
		a.serverCommand(),
		a.importCommand(),
		a.exportCommand(),
		a.queueCommand(),
		a.showCommand(),
		a.recordCommand(), a.adhocCommand(),
		a.promiseCommand(),
		a.numberCommand(),
		a.escalationCommand(),
		a.reviewCommand(),
		a.skipCommand(),
		a.skipsCommand(),
		a.journalCommand(),
		a.undoCommand(),
		a.syncCommand(),
		a.statusCommand(),
		a.boardCommand(),
		a.commentsCommand(),
		a.suppressCommand(),
		a.coolOffCommand(),
		a.packCommand(),
		a.eraseCommand(),
		a.conflictCommand(),
		a.quarantineCommand(),
		a.policyCommand(),
		a.guideCommand(),
		a.userCommand(),
		a.auditCommand(),
		a.checkCommand(),
		a.doctorCommand(),
		a.versionCommand(),
	)
	usage.Groups(root)
	return root
}

// printJSON writes one value as one line of JSON.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// sayf writes a line for a person to standard output.
func (a *app) sayf(format string, args ...any) {
	fmt.Fprintf(a.out, format+"\n", args...)
}

// notef writes a line for a person to standard error, where it does not mix
// with facts.
func (a *app) notef(format string, args ...any) {
	fmt.Fprintf(a.err, format+"\n", args...)
}

// env looks a variable up in the program's environment.
func (a *app) env(name string) string {
	for i := len(a.environ) - 1; i >= 0; i-- {
		if v, ok := strings.CutPrefix(a.environ[i], name+"="); ok {
			return v
		}
	}
	return ""
}

// interactive tells whether a person sits at both ends.
func (a *app) interactive() bool {
	return isTerminal(a.in) && isTerminal(a.out) && a.env("TERM") != "dumb"
}

func isTerminal(x any) bool {
	f, ok := x.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && isatty(f)
}

// report prints an error as one line: what happened, where, and what to do.
func report(w io.Writer, err error) {
	if errors.Is(err, errSilent) {
		return
	}
	fmt.Fprintf(w, "ringback: %s\n", callback.Line(err.Error()))
}

// errSilent ends a command with a failure that was printed already.
var errSilent = errors.New("already said")
