package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"ringback/callback"
)

func (a *app) loginCommand() *cobra.Command {
	var token string
	var plain bool
	cmd := &cobra.Command{
		Use:   "login URL",
		Short: "Sign this desk in to a server",
		Long: `Sign this desk in to a server with the token an administrator gave you. The
token is kept in the system's keyring, or in a file only you can read.`,
		Example: `ringback login https://calls.example.org --token rb_…
ringback login http://127.0.0.1:7321 < token.txt`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			url := a.settings.URL
			if len(args) == 1 {
				url = strings.TrimRight(args[0], "/")
			}
			if url == "" {
				return callback.Errorf(callback.CodeInvalid, "no server is named").WithHint("run: ringback login URL --token TOKEN")
			}
			if token == "" {
				token = a.settings.Token
			}
			if token == "" {
				if isTerminal(a.in) {
					fmt.Fprint(a.err, "Token: ")
				}
				line, _ := bufio.NewReader(a.in).ReadString('\n')
				token = strings.TrimSpace(line)
			}
			if token == "" {
				return callback.Errorf(callback.CodeInvalid, "no token is given").WithHint("add --token TOKEN, or put it on standard input")
			}
			a.settings.PlainHTTP = a.settings.PlainHTTP || plain
			return a.login(cmd, url, token)
		},
	}
	cmd.Flags().StringVar(&token, "token", "", "the token (seen by other programs; standard input is safer)")
	cmd.Flags().BoolVar(&plain, "plain-http", false, "allow a server beyond this machine without TLS")
	return cmd
}

func (a *app) login(cmd *cobra.Command, url, token string) error {
	acc, err := a.meet(cmd.Context(), url, token)
	if err != nil {
		return err
	}
	b, err := a.readBook()
	if err != nil {
		return err
	}
	id := fingerprint(url, token)
	where, err := a.secrets().set("token-"+id, token)
	if err != nil {
		return err
	}
	b.Current, b.Met[id] = id, acc
	if err := a.writeBook(b); err != nil {
		return err
	}
	if a.flags.asJSON {
		return a.printJSON(map[string]any{"url": url, "me": acc.Me, "token_in": where})
	}
	a.sayf("Signed in to %s as %s (%s, team %s). The token is in %s.",
		url, callback.Line(acc.Me.Name), acc.Me.Role, callback.Line(acc.Me.Team), where)
	a.sayf("Next: ringback sync, then ringback")
	return nil
}
