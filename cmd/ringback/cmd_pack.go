package main

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
)

func (a *app) packCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "pack",
		Short: "Take cases along to work without a connection, and give the rest back",
		Long: `Take cases along to work without a connection. Until the time you name, nobody
else is served these customers or calls their numbers. A call that you record
ends the case's place in the pack; what is left goes back when you say so, or by
itself at the end.`,
	}
	cmd.AddCommand(a.packTakeCommand(), a.packListCommand(), a.packReturnCommand())
	return cmd
}

func (a *app) packTakeCommand() *cobra.Command {
	var until string
	cmd := &cobra.Command{
		Use:   "take [N]",
		Short: "Take the next N cases of the queue (default: as many as the policy allows)",
		Example: `ringback pack take
ringback pack take 10 --until 17:30 --json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			size := 0
			if len(args) == 1 {
				var err error
				if size, err = strconv.Atoi(args[0]); err != nil || size < 1 {
					return callback.Errorf(callback.CodeInvalid, "%q is not a number of cases", callback.Line(args[0]).String()).WithHint("ringback pack take 10")
				}
			}
			return a.withDesk(cmd.Context(), func(d *desk) error { return a.takePack(cmd.Context(), d, size, until) })
		},
	}
	cmd.Flags().StringVar(&until, "until", "", `when your shift ends: "17:30", "in 4 hours" (default: the end of the business day)`)
	return cmd
}

func (a *app) takePack(ctx context.Context, d *desk, size int, text string) error {
	policy, err := d.store.Policy()
	if err != nil {
		return err
	}
	until := policy.ShiftEnd(a.now())
	if text != "" {
		if until, err = callback.ParseWhen(text, a.now(), time.Local); err != nil {
			return err
		}
	}
	// The queue that the pack is taken from should be today's.
	if _, err := d.syncer.Once(ctx); err != nil {
		return notTaken(err)
	}
	pack, err := newPacks(a, d).Take(ctx, size, until)
	if err != nil {
		return notTaken(err)
	}
	return a.sayPack(pack)
}

// notTaken says of a server that does not answer what that means for a pack,
// instead of what it means for records.
func notTaken(err error) error {
	var told *callback.Error
	if !errors.As(err, &told) || told.Code != callback.CodeUnreachable {
		return err
	}
	return &callback.Error{
		Code: told.Code, Message: "no cases were taken along: " + told.Message, Err: err,
		Hint: "try again when the server answers; cases are taken along while there is a connection",
	}
}

func (a *app) packListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List what was taken along, and until when it is yours",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withDesk(cmd.Context(), func(d *desk) error {
				pack, err := d.store.Pack()
				if err != nil {
					return err
				}
				return a.sayPack(pack)
			})
		},
	}
}

func (a *app) sayPack(p callback.Pack) error {
	if p.Cases == nil {
		p.Cases = []callback.PackCase{}
	}
	if a.flags.asJSON {
		return a.printJSON(p)
	}
	if len(p.Cases) == 0 {
		a.sayf("Nothing is taken along.")
		return nil
	}
	w := a.table("CASE", "CUSTOMER", "PHONE", "YOURS UNTIL", "")
	for _, c := range p.Cases {
		done := ""
		if c.Done {
			done = "worked"
		}
		row(w, shortID(c.CaseID), callback.Line(c.Customer), callback.Line(c.Phone), a.stamp(c.Until), done)
	}
	return w.Flush()
}

func (a *app) packReturnCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "return [CASE…]",
		Short: "Give cases back that were not worked: those named, or all",
		Long: `Give cases back that were not worked: those named, or all. Without a connection
you may not count on them any more from now on, and the server is told at the next
sync.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDesk(cmd.Context(), func(d *desk) error {
				ids := make([]string, len(args))
				for i, arg := range args {
					v, err := d.caseOf(arg)
					if err != nil {
						return err
					}
					ids[i] = v.Case.ID
				}
				n, err := newPacks(a, d).Return(cmd.Context(), ids...)
				if err != nil {
					return err
				}
				waiting := len(d.store.LeasesBack())
				if a.flags.asJSON {
					return a.printJSON(map[string]any{"returned": n, "untold": waiting})
				}
				a.sayf("%s given back.", count(n, "case"))
				if waiting > 0 {
					a.sayf("The server could not be told of %s; it is at the next sync.", count(waiting, "case"))
				}
				return nil
			})
		},
	}
}
