package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"ringback/callback"
	"ringback/server"

	"github.com/spf13/cobra"
)

func (a *app) userCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "user", Short: "Add, list and close accounts"}
	cmd.AddCommand(a.userAdd(), a.userList(), a.userRevoke(), a.userToken())
	return cmd
}

func (a *app) userAdd() *cobra.Command {
	var n callback.NewUser
	var role string
	cmd := &cobra.Command{
		Use:     "add NAME",
		Short:   "Add an account and print its token, this once",
		Example: `  ringback-server user add "Anna Petrova" --role agent --team main`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n.Name, n.Role = args[0], callback.UserRole(role)
			return a.on(cmd.Context(), func(s *server.Server) error {
				u, err := s.AddUser(cmd.Context(), operator, n)
				if err != nil {
					return err
				}
				return a.print(u, func(w io.Writer) {
					fmt.Fprintf(w, "%s (%s) may sign in as %s of team %s with this token, which is shown this once:\n\n    %s\n",
						u.Name, u.ID, u.Role, u.Team, u.Token)
				})
			})
		},
	}
	cmd.Flags().StringVar(&n.ID, "id", "", "login word (default: made from the name)")
	cmd.Flags().StringVar(&role, "role", string(callback.RoleAgent), "agent, supervisor, trainer or administrator")
	cmd.Flags().StringVar(&n.Team, "team", firstTeam, "team")
	cmd.Flags().StringSliceVar(&n.Languages, "languages", nil, "what they speak, as en,es")
	cmd.Flags().StringSliceVar(&n.Skills, "skills", nil, "what they can do, by the names of the policy's routing")
	return cmd
}

func (a *app) userList() *cobra.Command {
	var team string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List accounts",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.look(cmd.Context(), func(s *server.Server) error {
				list, err := s.Users(cmd.Context(), team)
				if err != nil {
					return err
				}
				return a.print(list, func(w io.Writer) {
					t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
					for _, u := range list {
						state := ""
						if u.Gone {
							state = "closed"
						}
						fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", u.ID, u.Team, u.Role, u.Name, state)
					}
					_ = t.Flush()
				})
			})
		},
	}
	cmd.Flags().StringVar(&team, "team", "", "only this team")
	return cmd
}

func (a *app) userRevoke() *cobra.Command {
	var wipe bool
	cmd := &cobra.Command{
		Use:   "revoke ID",
		Short: "Close an account; its tokens are refused from the next request on",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.on(cmd.Context(), func(s *server.Server) error {
				if err := s.RevokeUser(cmd.Context(), operator, args[0], wipe); err != nil {
					return err
				}
				done := struct {
					ID   string `json:"id"`
					Gone bool   `json:"gone"`
					Wipe bool   `json:"wipe,omitempty"`
				}{args[0], true, wipe}
				return a.print(done, func(w io.Writer) { fmt.Fprintf(w, "The account %s is closed.\n", args[0]) })
			})
		},
	}
	cmd.Flags().BoolVar(&wipe, "wipe", false, "have its desks forget everything at their next contact, after they have sent what they hold")
	return cmd
}

func (a *app) userToken() *cobra.Command {
	return &cobra.Command{
		Use:   "token ID",
		Short: "Give an account another token and print it, this once",
		Long: `Gives an account another token, for one more desk or for a program without a
desk. It also lets an administrator in again who has lost theirs.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.on(cmd.Context(), func(s *server.Server) error {
				u, err := s.IssueToken(cmd.Context(), operator, args[0], "")
				if err != nil {
					return err
				}
				return a.print(u, func(w io.Writer) {
					fmt.Fprintf(w, "%s (%s) may sign in at one more desk with this token, which is shown this once:\n\n    %s\n", u.Name, u.ID, u.Token)
				})
			})
		},
	}
}

func (a *app) teamCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "team", Short: "Add and list teams"}
	cmd.AddCommand(
		&cobra.Command{
			Use:     "add ID [NAME]",
			Short:   "Add a team with the default policy and guides",
			Example: `  ringback-server team add north "North desk"`,
			Args:    cobra.RangeArgs(1, 2),
			RunE: func(cmd *cobra.Command, args []string) error {
				name := args[len(args)-1]
				return a.on(cmd.Context(), func(s *server.Server) error {
					t, err := s.AddTeam(cmd.Context(), args[0], name)
					if err != nil {
						return err
					}
					return a.print(t, func(w io.Writer) { fmt.Fprintf(w, "The team %s (%s) was added.\n", t.ID, t.Name) })
				})
			},
		},
		&cobra.Command{
			Use:   "list",
			Short: "List teams",
			Args:  cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				return a.look(cmd.Context(), func(s *server.Server) error {
					list, err := s.Teams(cmd.Context())
					if err != nil {
						return err
					}
					return a.print(list, func(w io.Writer) {
						for _, t := range list {
							fmt.Fprintf(w, "%s  %s\n", t.ID, t.Name)
						}
					})
				})
			},
		},
	)
	return cmd
}
