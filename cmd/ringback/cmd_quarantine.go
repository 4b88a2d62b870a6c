package main

import (
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/cmd/usage"
)

func (a *app) quarantineCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "quarantine",
		Short: "Look after the events that the server refused (supervisors and administrators)",
		Long: `Look after the events that the server refused. They are kept as they were sent, on
the server and at the desk they came from. Nothing leaves quarantine without a
named person: "retry" has an event judged anew, "resolve" leaves it out for good.
Both stay on record.`,
	}
	cmd.AddCommand(a.quarantineListCommand(), a.quarantineRetryCommand(), a.quarantineResolveCommand())
	return cmd
}

func (a *app) quarantineListCommand() *cobra.Command {
	var all bool
	var limit int
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List refused events, the latest first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			list, err := c.Quarantine(cmd.Context(), all, limit)
			if err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(map[string]any{"quarantine": list})
			}
			if len(list) == 0 {
				a.sayf("Nothing is in quarantine.")
				return nil
			}
			w := a.table("EVENT", "RECEIVED", "AGENT", "KIND", "CASE", "WHY", "SETTLED")
			for _, e := range list {
				row(w, shortID(e.EventID), a.stamp(e.ReceivedAt), callback.Line(e.Agent), callback.Line(string(e.Kind)), shortID(e.CaseID),
					refusedWords(e.Reason, e.Detail), a.settledWords(e.Settled))
			}
			if err := w.Flush(); err != nil {
				return err
			}
			if oldest := oldestWaiting(list); !oldest.IsZero() {
				a.sayf("The oldest has waited for %s.", callback.Ago(a.now().Sub(oldest)))
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "those that were settled too")
	usage.Limit(cmd, &limit, 1, 500, "at most so many")
	return cmd
}

// oldestWaiting gives when the oldest of those came that nobody has settled; zero
// if there is none.
func oldestWaiting(list []callback.QuarantineEntry) (oldest time.Time) {
	for _, e := range list {
		if e.Settled == nil && (oldest.IsZero() || e.ReceivedAt.Before(oldest)) {
			oldest = e.ReceivedAt
		}
	}
	return oldest
}

func (a *app) settledWords(end *callback.QuarantineEnd) callback.Text {
	if end == nil {
		return callback.Text{}
	}
	return callback.Line(end.How + " by " + end.By + ", " + a.stamp(end.At) + " " + end.Note)
}

// quarantined finds the whole id of an event in quarantine that a person names by its beginning or end, and gives
// the way to the server that holds it.
func (a *app) quarantined(cmd *cobra.Command, id string) (string, *remoteClient, error) {
	_, c, err := a.remote(cmd)
	if err != nil {
		return "", nil, err
	}
	list, err := c.Quarantine(cmd.Context(), false, 0)
	if err != nil {
		return "", nil, err
	}
	var hits []string
	for _, e := range list {
		if means(id, e.EventID) {
			hits = append(hits, e.EventID)
		}
	}
	switch len(hits) {
	case 1:
		return hits[0], c, nil
	case 0:
		return id, c, nil // the server may know more than it lists
	}
	return "", nil, callback.Errorf(callback.CodeInvalid, "%d events begin or end with %s", len(hits), callback.Line(id)).
		WithHint("give more of the id; ringback quarantine list --json has them whole")
}

func (a *app) quarantineResolveCommand() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "resolve EVENT --reason WORDS",
		Short: "Leave a refused event out for good; it stays on record",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, c, err := a.quarantined(cmd, args[0])
			if err != nil {
				return err
			}
			if err := c.DismissQuarantined(cmd.Context(), id, reason); err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(map[string]any{"event_id": id, "dismissed": true})
			}
			a.sayf("It left quarantine without effect, in your name.")
			return nil
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the audit")
	_ = cmd.MarkFlagRequired("reason") // the flag is there
	return cmd
}
