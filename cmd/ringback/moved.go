package main

import (
	"context"

	"github.com/spf13/cobra"

	"ringback/callback"
)

// A server may come to another address. Its desk must come with it: a second,
// empty one beside it would leave what the first has not sent yet unsaid.

func (a *app) serverCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "server",
		Short: "Say where this desk's server is",
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "move URL",
		Short: "The server of this desk has another address now",
		Long: `Say that the server of this desk has another address now. The desk stays as it
is, with everything that it has not sent yet. The server at the new address must
know this desk: nobody else's server does.`,
		Example: "ringback server move https://calls.example.org",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.moveServer(cmd.Context(), args[0]) },
	})
	return cmd
}

func (a *app) moveServer(ctx context.Context, raw string) error {
	url := trimURL(raw)
	a.settings.URL = ""
	s, err := a.someone(ctx, nil)
	if err != nil {
		return err
	}
	acc, err := a.meet(ctx, url, s.token)
	switch {
	case callback.CodeOf(err).Denies():
		return callback.Errorf(callback.CodeConflict, "the server at %s does not know this desk, so that it is another one: %w", callback.Line(url), err).
			WithHint("nothing was changed; for a desk there, run: ringback login %s", callback.Line(url))
	case err != nil:
		return err
	case acc.Me.ID != s.Me.ID:
		return callback.Errorf(callback.CodeConflict, "the server at %s takes this desk for that of %s", callback.Line(url), callback.Line(acc.Me.ID)).WithHint("nothing was changed")
	}
	err = a.editBook(func(b *book) {
		moved := b.Met[s.id]
		moved.URL, moved.Me, moved.PlainHTTP = url, acc.Me, acc.PlainHTTP
		b.Met[s.id] = moved
	})
	if err != nil {
		return err
	}
	if a.flags.asJSON {
		return a.printJSON(map[string]any{"url": url, "before": s.URL, "me": acc.Me})
	}
	a.sayf("The server of this desk is at %s now. Next: ringback sync", callback.Line(url))
	return nil
}

// elsewhere is the answer to somebody who names another server than the one at
// which this desk is signed in, without signing in there.
func (a *app) elsewhere(b book, url string) error {
	cur := b.Met[b.Current]
	if _, err := a.newClient(url, "", true); err != nil {
		return err // no address at all
	}
	what := callback.Errorf(callback.CodeUnauthorized, "this desk is signed in to %s, not to %s%s", callback.Line(cur.URL), callback.Line(url), a.unsentAt(b, b.Current))
	return what.WithHint("leave the other address out to work there; if that server has moved: ringback server move %s; for another desk: ringback login %s",
		callback.Line(url), callback.Line(url))
}

// unsentAt says what an account's desk has not sent yet, as part of a sentence;
// nothing if there is nothing, or if it cannot be looked at now.
func (a *app) unsentAt(b book, id string) string {
	s := session{account: b.Met[id].settled(), id: id}
	s.device = b.Desks[s.Folder]
	left, err := a.waiting(s)
	if err != nil || left.none() {
		return ""
	}
	return ", where " + left.words()
}

// tellOthers says which other desks of the same person on this machine still
// hold something that was not sent, when a new one begins beside them.
func (a *app) tellOthers(b book, at string, acc account) {
	for id, old := range b.Met {
		if id == at || old.Me.ID != acc.Me.ID || old.Folder == acc.Folder {
			continue
		}
		if said := a.unsentAt(b, id); said != "" {
			a.notef("There is another desk of %s on this machine, for %s%s. To open it: ringback --url %s",
				callback.Line(acc.Me.Name), callback.Line(old.URL), said, callback.Line(old.URL))
		}
	}
}

// staysAt gives the desk of before, if the server at a new address is the one
// that it belongs to: no other server has its epoch.
func (a *app) staysAt(b book, acc account) string {
	for _, old := range b.Met {
		if old.Folder == "" || old.Me.ID != acc.Me.ID || old.URL == acc.URL {
			continue
		}
		if old.Me.Epoch == acc.Me.Epoch || a.epochOf(b, old) == acc.Me.Epoch {
			return old.Folder
		}
	}
	return ""
}

// epochOf gives the server's history that a desk met last, "" if the desk
// cannot be looked at.
func (a *app) epochOf(b book, acc account) string {
	if !a.deskExists(acc.Folder) {
		return ""
	}
	s := session{account: acc}
	s.device = b.Desks[acc.Folder]
	st, err := a.openStore(s, 0)
	if err != nil {
		return ""
	}
	at, err := st.Position()
	if closed := st.Close(); err != nil || closed != nil {
		return ""
	}
	return at.Epoch
}
