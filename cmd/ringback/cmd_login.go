package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
)

// loginFlags are how somebody signs in.
type loginFlags struct {
	token, file, name string
	plain             bool
}

func (a *app) loginCommand() *cobra.Command {
	var f loginFlags
	cmd := &cobra.Command{
		Use:   "login URL",
		Short: "Sign this desk in to a server",
		Long: `Sign this desk in to a server. Without a token it shows a short code and waits:
read the code to your supervisor, who lets this desk in with

    ringback user pair CODE --user YOU

With a token that an administrator gave you, give it with --token-file, or on
standard input. A token belongs to the first desk that uses it. It is kept in the
system's keyring, or in a file only you can read.

Whoever signs in at a desk where somebody else did before has a desk of their own
beside it; both are sealed. "ringback logout" removes one.`,
		Example: `ringback login https://calls.example.org
ringback login https://calls.example.org --token-file -
ringback login http://127.0.0.1:7321 < token.txt`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			url := a.settings.URL
			if len(args) == 1 {
				url = trimURL(args[0])
			}
			if url == "" {
				return callback.Errorf(callback.CodeInvalid, "no server is named").WithHint("run: ringback login URL")
			}
			a.settings.PlainHTTP = a.settings.PlainHTTP || f.plain
			token, err := a.tokenFor(f)
			if err != nil {
				return err
			}
			if token == "" {
				if token, err = a.pair(cmd, url, f.name); err != nil {
					return err
				}
			}
			return a.login(cmd, url, token)
		},
	}
	cmd.Flags().StringVar(&f.file, "token-file", "", "file with the token; - asks for it, or reads standard input")
	cmd.Flags().StringVar(&f.token, "token", "", "the token itself; other programs on this machine can see it, so prefer --token-file")
	cmd.Flags().StringVar(&f.name, "name", "", "what this desk is called (default: this machine's name)")
	cmd.Flags().BoolVar(&f.plain, "plain-http", false, "allow a server beyond this machine without TLS")
	return cmd
}

// tokenFor finds the token that a person gave, or "" if they gave none: by
// flag, file, environment, or standard input, unless that is the keyboard.
func (a *app) tokenFor(f loginFlags) (string, error) {
	switch {
	case f.token != "" && f.file != "":
		return "", callback.Errorf(callback.CodeInvalid, "the token is given twice").WithHint("leave out --token")
	case f.token != "":
		return f.token, nil
	case f.file == "-":
		token, err := a.secretLine("Token")
		if err == nil && token == "" {
			err = callback.Errorf(callback.CodeInvalid, "no token is given").WithHint("type it, or put it on standard input")
		}
		return token, err
	case f.file != "":
		raw, err := os.ReadFile(f.file)
		if err != nil {
			return "", callback.Errorf(callback.CodeInvalid, "the token cannot be read: %w", err)
		}
		if token := strings.TrimSpace(string(raw)); token != "" {
			return token, nil
		}
		return "", callback.Errorf(callback.CodeInvalid, "%s holds no token", f.file)
	case a.settings.Token != "":
		return a.settings.Token, nil
	case isTerminal(a.in):
		return "", nil
	}
	return a.answer()
}

// pair asks to be let in by a code, and waits for the answer.
func (a *app) pair(cmd *cobra.Command, url, name string) (string, error) {
	c, err := a.newClient(url, "", a.settings.PlainHTTP)
	if err != nil {
		return "", err
	}
	if name == "" {
		name = deskName()
	}
	reply, err := c.Pair(cmd.Context(), name, func(start callback.PairingStart) {
		until := a.now().Add(time.Duration(start.ExpiresIn) * time.Second)
		if a.flags.asJSON {
			_ = a.printJSON(map[string]any{"user_code": start.UserCode, "expires_at": until.UTC(), "name": name})
			return
		}
		a.sayf("Read this code to your supervisor:\n\n    %s\n", start.UserCode)
		a.sayf("%s", howToLetIn(name, start.UserCode))
		a.sayf("Waiting until %s. Ctrl+c gives up.", until.Format("15:04"))
	})
	return reply.Token, err
}

// howToLetIn says what the supervisor does with a code. The command, which is
// read out as it stands, has a line of its own, so that no terminal breaks it.
func howToLetIn(name, code string) string {
	return fmt.Sprintf("They let this desk (%s) in with \"pair a desk\" in their ringback, or with:\n\n    ringback user pair %s --user YOU\n",
		callback.Line(name), code)
}

func (a *app) login(cmd *cobra.Command, url, token string) error {
	acc, err := a.meet(cmd.Context(), url, token)
	if err != nil {
		return whichToken(err)
	}
	b, err := a.readBook()
	if err != nil {
		return err
	}
	id, before := fingerprint(url, token), b.Met[b.Current]
	for _, old := range b.Met {
		// Whoever has changed teams stays at their desk.
		if old.URL == url && old.Me.ID == acc.Me.ID && old.Folder != "" {
			acc.Folder = old.Folder
		}
	}
	if folder := a.staysAt(b, acc); folder != "" {
		acc.Folder = folder
	}
	name := acc.Folder
	if b.Desks[name] == "" && !a.deskExists(name) {
		// Before the server hears of it: the token will be this desk's alone.
		b.Desks[name] = a.newID()
		if err := a.writeBook(b); err != nil {
			return err
		}
	}
	// A desk that the server refuses stays as it was.
	if err := a.present(cmd, acc, token, b.Desks[name]); err != nil {
		return err
	}
	a.tellOthers(b, id, acc)
	where, err := a.secrets().set(tokenName(id), token)
	if err != nil {
		return err
	}
	former := b.keep(id, acc)
	b.Current = id
	if err := a.writeBook(b); err != nil {
		return err
	}
	var errs []error
	for _, old := range former {
		errs = append(errs, a.secrets().dropToken(old))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if a.flags.asJSON {
		return a.printJSON(map[string]any{"url": url, "me": acc.Me, "token_in": where})
	}
	a.sayf("Signed in to %s as %s (%s, team %s). The token is in %s.",
		url, callback.Line(acc.Me.Name), acc.Me.Role, callback.Line(acc.Me.Team), where)
	if before.Me.ID != "" && before.Folder != acc.Folder {
		a.sayf("The desk of %s stays on this machine, sealed. To remove it: ringback logout %s", callback.Line(before.Me.Name), callback.Line(before.Me.ID))
	}
	a.sayf("Next: ringback sync, then ringback")
	return nil
}

// whichToken tells whoever signs in with a token that is not taken what to do,
// which cannot be to sign in.
func whichToken(err error) error {
	var told *callback.Error
	if !errors.As(err, &told) || told.Code != callback.CodeUnauthorized {
		return err
	}
	named := *told
	return named.WithHint("check the token, or ask your administrator for a new one; without a token, ringback login asks to be let in by a code")
}

// deskExists tells whether there is a desk in a folder below the data folder.
func (a *app) deskExists(name string) bool {
	_, err := os.Stat(filepath.Join(a.deskFolder(session{account: account{Folder: name}}), "outbox.db"))
	return err == nil
}

// present names the desk to the server, which gives it the token for its own. A
// desk whose name is not known here does so when it is opened.
func (a *app) present(cmd *cobra.Command, acc account, token, device string) error {
	if device == "" {
		return nil
	}
	c, err := a.clientAt(acc.URL, token, acc.PlainHTTP, device, a.deskFolder(session{account: acc}))
	if err != nil {
		return err
	}
	_, err = c.Me(cmd.Context())
	return err
}
