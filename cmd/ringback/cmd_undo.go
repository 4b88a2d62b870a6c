package main

import (
	"errors"

	"github.com/spf13/cobra"

	"ringback/callback"
)

func (a *app) undoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "undo EVENT",
		Short: "Take back a record that was not sent yet",
		Long:  `Take back a record that was not sent yet. "journal --waiting" lists those, with the EVENT of each.`,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDesk(cmd.Context(), func(d *desk) error {
				if _, err := d.store.Undo(args[0]); err != nil {
					return whichEvent(err)
				}
				if a.flags.asJSON {
					return a.printJSON(map[string]any{"event_id": args[0], "undone": true})
				}
				a.sayf("Taken back; it was never sent.")
				return nil
			})
		},
	}
}

// whichEvent says where an event's id stands, to whoever gave one that is not
// there.
func whichEvent(err error) error {
	var told *callback.Error
	if !errors.As(err, &told) || told.Code != callback.CodeNotFound {
		return err
	}
	return callback.Errorf(told.Code, "%s", told.Message).
		WithHint("this desk's records and their ids are listed by: ringback journal")
}
