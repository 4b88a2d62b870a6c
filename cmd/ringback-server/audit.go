package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"ringback/callback"
	"ringback/cmd/usage"
	"ringback/server"

	"github.com/spf13/cobra"
)

func (a *app) auditCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "audit", Short: "Read and check what is on record of those who keep the house"}
	cmd.AddCommand(a.auditList(), a.auditVerify())
	return cmd
}

func (a *app) auditList() *cobra.Command {
	var team string
	var after int64
	var limit int
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the acts, the oldest first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.look(cmd.Context(), func(s *server.Server) error {
				acts, err := s.Acts(cmd.Context(), team, after, limit)
				if err != nil {
					return err
				}
				return a.print(acts, func(w io.Writer) { writeActs(w, acts) })
			})
		},
	}
	cmd.Flags().StringVar(&team, "team", "", "only this team's")
	cmd.Flags().Int64Var(&after, "after", 0, "only those after this number")
	usage.Limit(cmd, &limit, 1, 500, "at most so many")
	return cmd
}

func writeActs(w io.Writer, acts callback.AuditPage) {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, x := range acts.Acts {
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", x.N, x.At.Format(time.DateTime), x.Who, x.Team, x.What, callback.Line(x.Target), callback.Line(x.Detail))
	}
	_ = t.Flush()
	if acts.More {
		fmt.Fprintf(w, "There are more: --after %d\n", acts.Acts[len(acts.Acts)-1].N)
	}
	fmt.Fprintf(w, "The end of the audit is %s\n", acts.Head)
}

func (a *app) auditVerify() *cobra.Command {
	var head string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Follow the audit from its first act and say what does not fit",
		Long: `Computes the hash of every act again, from the first one on. The exit code is 0
when the chain is whole and 1 when an act was changed, taken out, added or put
elsewhere; the first such act is named.

Whoever can write to the database can also write the whole chain anew. So note
the end of the audit somewhere else from time to time, and give it with --head:
then that shows as well.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			noted := callback.AuditHead{}
			if head != "" {
				var err error
				if noted, err = callback.ParseAuditHead(head); err != nil {
					return err
				}
			}
			return a.look(cmd.Context(), func(s *server.Server) error {
				r, err := s.CheckActs(cmd.Context(), noted)
				if err != nil {
					return err
				}
				err = a.print(r, func(w io.Writer) { fmt.Fprintln(w, r.Words()) })
				if err == nil && !r.OK {
					return errSaid
				}
				return err
			})
		},
	}
	cmd.Flags().StringVar(&head, "head", "", "an end that was noted earlier, such as 42:9f86…")
	return cmd
}
