package main

import (
	"context"

	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/cmd/usage"
)

func (a *app) auditCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Read and check what is on record of those who keep the house",
	}
	cmd.AddCommand(a.auditListCommand(), a.auditVerifyCommand())
	return cmd
}

func (a *app) auditListCommand() *cobra.Command {
	var after int64
	var limit int
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the acts, the oldest first",
		Long:  `List the acts, the oldest first: administrators see all, supervisors those of their team.`,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			page, err := c.Audit(cmd.Context(), after, limit)
			if err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(page)
			}
			w := a.table("N", "WHEN (UTC)", "WHO", "TEAM", "WHAT", "TO", "")
			for _, x := range page.Acts {
				row(w, x.N, onClock(x.At), callback.Line(x.Who), callback.Line(x.Team), callback.Line(x.What), callback.Line(x.Target), callback.Line(x.Detail))
			}
			if err := w.Flush(); err != nil {
				return err
			}
			if page.More && len(page.Acts) > 0 {
				a.sayf("There are more: --after %d", page.Acts[len(page.Acts)-1].N)
			}
			a.sayf("The end of the audit is %s", page.Head)
			return nil
		},
	}
	cmd.Flags().Int64Var(&after, "after", 0, "only those after this number")
	usage.Limit(cmd, &limit, 1, 500, "at most so many")
	return cmd
}

func (a *app) auditVerifyCommand() *cobra.Command {
	var head string
	var afterRestore bool
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Follow the audit from its first act and say what does not fit",
		Long: `Fetch every act and compute its hash again here, on this machine, from the first
one on. The exit code is 0 when the chain is whole and 1 when an act was changed,
taken out, added or put elsewhere; the first such act is named.

The end of a whole chain is remembered on this machine and compared the next time,
so that a chain that was cut off or written anew shows. --head compares with an
end that you noted elsewhere. A restore of a backup loses acts, and says so in the
chain; --after-restore accepts that and goes on from the new end. For administrators.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			if s.Me.Role != callback.RoleAdmin {
				return callback.Errorf(callback.CodeForbidden, "only administrators see the whole audit").WithHint("ringback audit list shows your team's")
			}
			noted, err := notedEnd(head, s.AuditEnd)
			if err != nil {
				return err
			}
			report, err := followAudit(cmd.Context(), c, callback.AuditCheck{Noted: noted, AcceptRestore: afterRestore})
			if err != nil {
				return err
			}
			if report.OK {
				err = a.editBook(func(b *book) {
					if acc, ok := b.Met[s.id]; ok {
						acc.AuditEnd = report.Head.String()
						b.Met[s.id] = acc
					}
				})
			}
			if err != nil {
				return err
			}
			if a.flags.asJSON {
				err = a.printJSON(report)
			} else {
				a.sayf("%s", callback.Line(report.Words()))
			}
			if err == nil && !report.OK {
				return errSilent
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&afterRestore, "after-restore", false, "a restore lost the noted end; go on from the new one")
	cmd.Flags().StringVar(&head, "head", "", "an end that was noted earlier, such as 42:9f86…")
	return cmd
}

// notedEnd is the end to compare with: the one given, else the one that this
// machine remembers, if there is one.
func notedEnd(given, remembered string) (callback.AuditHead, error) {
	if given != "" {
		return callback.ParseAuditHead(given)
	}
	if remembered == "" {
		return callback.AuditHead{}, nil
	}
	return callback.ParseAuditHead(remembered)
}

// followAudit fetches the whole chain and has it checked.
func followAudit(ctx context.Context, c *remoteClient, check callback.AuditCheck) (callback.AuditReport, error) {
	for after := int64(0); ; {
		page, err := c.Audit(ctx, after, 0)
		if err != nil {
			return callback.AuditReport{}, err
		}
		for _, act := range page.Acts {
			check.Add(act)
			after = act.N
		}
		if !page.More || len(page.Acts) == 0 {
			return check.End(page.Head), nil
		}
	}
}
