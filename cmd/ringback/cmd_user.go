package main

import (
	"strings"

	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/client"
)

func (a *app) userCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		Short: "Manage the people who may sign in, and their desks (administrators and supervisors)",
	}
	cmd.AddCommand(
		a.userAddCommand(), a.userListCommand(), a.userShowCommand(), a.userPairCommand(), a.userTokenCommand(), a.userDevicesCommand(), a.userRevokeCommand(),
		a.userChangeCommand("rename ID NAME", "Give somebody another name", func(name string) callback.UserChange { return callback.UserChange{Name: &name} }),
		a.userChangeCommand("role ID ROLE", "Make somebody an agent, supervisor, trainer or administrator", func(role string) callback.UserChange {
			r := callback.UserRole(role)
			return callback.UserChange{Role: &r}
		}),
		a.userChangeCommand("team ID TEAM", "Put somebody into another team; have them sync first, so that nothing of theirs reaches the wrong one",
			func(team string) callback.UserChange { return callback.UserChange{Team: &team} }),
		a.userLanguagesCommand(), a.userSkillsCommand(), a.userOpenCommand(),
	)
	return cmd
}

// remote talks to the server without opening the desk's files, so that it
// works while the desk is open elsewhere.
func (a *app) remote(cmd *cobra.Command) (session, *remoteClient, error) {
	s, err := a.session(cmd.Context())
	if err != nil {
		return session{}, nil, err
	}
	c, err := a.newClient(s.URL, s.token, s.PlainHTTP || a.settings.PlainHTTP)
	return s, c, err
}

func (a *app) userAddCommand() *cobra.Command {
	var u callback.NewUser
	var role string
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Let somebody sign in; prints a token once",
		Long: `Let somebody sign in. Their desk is let in by the code that "ringback login" shows
there, or with the token that this prints once.`,
		Example: `ringback user add "Anna Kovač" --role agent --team main`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			u.Name, u.Role = args[0], callback.UserRole(role)
			s, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			if u.Team == "" {
				u.Team = s.Me.Team
			}
			t, err := c.AddUser(cmd.Context(), u)
			if err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(t)
			}
			a.sayf("%s may sign in as %s (%s, team %s): ringback login %s", callback.Line(t.Name), t.ID, t.Role, callback.Line(t.Team), s.URL)
			a.sayf("Then let their desk in: ringback user pair CODE --user %s", t.ID)
			a.sayf("Or give them this token, which is shown this once, for ringback login %s --token-file -", s.URL)
			a.sayf("  %s", t.Token)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&role, "role", string(callback.RoleAgent), "agent, supervisor, trainer or administrator")
	f.StringVar(&u.Team, "team", "", "their team (default: yours)")
	f.StringSliceVar(&u.Languages, "languages", nil, "what they speak, as en,es (default: nothing is said of it)")
	f.StringSliceVar(&u.Skills, "skills", nil, "what they can do, by the names of the policy's routing")
	f.StringVar(&u.ID, "id", "", "their short name (default: made from the name)")
	return cmd
}

func (a *app) userListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List who may sign in",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			users, err := c.Users(cmd.Context())
			if err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(map[string]any{"users": users})
			}
			w := a.table("ID", "NAME", "ROLE", "TEAM", "SPEAKS", "SKILLS", "")
			for _, u := range users {
				gone := ""
				if u.Gone {
					gone = "closed"
				}
				row(w, callback.Line(u.ID), callback.Line(u.Name), u.Role, callback.Line(u.Team), wordsText(u.Languages), wordsText(u.Skills), gone)
			}
			return w.Flush()
		},
	}
}

func (a *app) userShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show one account: role, team, what they speak and can do",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			users, err := c.Users(cmd.Context())
			if err != nil {
				return err
			}
			for _, u := range users {
				if u.ID != args[0] {
					continue
				}
				if a.flags.asJSON {
					return a.printJSON(u)
				}
				a.sayUser(u)
				return nil
			}
			return callback.Errorf(callback.CodeNotFound, "there is no user %q", callback.Line(args[0]).String()).
				WithHint("their ids are in: ringback user list")
		},
	}
}

func (a *app) sayUser(u client.User) {
	gone := ""
	if u.Gone {
		gone = ", closed"
	}
	a.sayf("%s: %s, %s of team %s%s", callback.Line(u.ID), callback.Line(u.Name), u.Role, callback.Line(u.Team), gone)
	if len(u.Languages) == 0 {
		a.sayf("Speaks: nothing is said of it, so every case is served")
	}
	if len(u.Skills) == 0 {
		a.sayf("Can do: nothing is said of it")
	}
	if said := strings.TrimSpace(saidText(u.Agent)); said != "" {
		a.sayf("%s", said)
	}
}

// userChangeCommand is a command that changes one thing of an account.
func (a *app) userChangeCommand(use, short string, change func(string) callback.UserChange) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changeUser(cmd, args[0], change(args[1]))
		},
	}
}

func (a *app) userOpenCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "open ID",
		Short: "Open a closed account again; its desks sign in anew",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			closed := false
			return a.changeUser(cmd, args[0], callback.UserChange{Closed: &closed})
		},
	}
}

func (a *app) changeUser(cmd *cobra.Command, id string, change callback.UserChange) error {
	_, c, err := a.remote(cmd)
	if err != nil {
		return err
	}
	u, err := c.ChangeUser(cmd.Context(), id, change)
	if err != nil {
		return err
	}
	if a.flags.asJSON {
		return a.printJSON(u)
	}
	a.sayf("%s is %s, %s of team %s.%s", callback.Line(u.ID), callback.Line(u.Name), u.Role, callback.Line(u.Team), saidText(u.Agent))
	return nil
}

func (a *app) userTokenCommand() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:   "token ID",
		Short: "Print another token for somebody, for one more desk or for a program",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			t, err := c.IssueToken(cmd.Context(), args[0], name)
			if err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(t)
			}
			a.sayf("For one more desk of %s: ringback login %s --token-file -. This is the only time the token is shown:", callback.Line(t.Name), s.URL)
			a.sayf("  %s", t.Token)
			return nil
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "what the desk will be called")
	return cmd
}
