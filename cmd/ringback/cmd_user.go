package main

import (
	"github.com/spf13/cobra"

	"ringback/callback"
)

func (a *app) userCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		RunE:  groupOnly,
		Short: "Manage the people who may sign in (administrators and supervisors)",
	}
	cmd.AddCommand(a.userAddCommand(), a.userListCommand(), a.userRevokeCommand())
	return cmd
}

// withClient talks to the server without opening the desk's files, so that it
// works while the desk is open elsewhere.
func (a *app) remote(cmd *cobra.Command) (session, *remoteClient, error) {
	s, err := a.session(cmd.Context())
	if err != nil {
		return session{}, nil, err
	}
	c, err := a.newClient(s.URL, s.token, "", s.PlainHTTP || a.settings.PlainHTTP)
	return s, c, err
}

func (a *app) userAddCommand() *cobra.Command {
	var u callback.NewUser
	var role string
	cmd := &cobra.Command{
		Use:     "add NAME",
		Short:   "Let somebody sign in; prints their token once",
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
			a.sayf("%s may sign in as %s (%s, team %s). This is the only time the token is shown:", callback.Line(t.Name), t.ID, t.Role, callback.Line(t.Team))
			a.sayf("  ringback login %s --token %s", s.URL, t.Token)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&role, "role", string(callback.RoleAgent), "agent, supervisor, trainer or administrator")
	f.StringVar(&u.Team, "team", "", "their team (default: yours)")
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
			w := a.table("ID", "NAME", "ROLE", "")
			for _, u := range users {
				gone := ""
				if u.Gone {
					gone = "revoked"
				}
				row(w, callback.Line(u.ID), callback.Line(u.Name), u.Role, gone)
			}
			return w.Flush()
		},
	}
}

func (a *app) userRevokeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "revoke ID",
		Short: "Take somebody's access away, from their next request on",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			if err := c.CloseUser(cmd.Context(), args[0]); err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(map[string]any{"id": args[0], "revoked": true})
			}
			a.sayf("%s can no longer sign in.", callback.Line(args[0]))
			return nil
		},
	}
}
