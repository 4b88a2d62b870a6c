package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// packGlyph marks what was taken along.
const packGlyph = "⧉"

// packTaken is the server's answer to a claim of a day pack.
type packTaken struct {
	pack callback.Pack
	err  error
}

// packReturned tells how many cases were given back.
type packReturned struct {
	n   int
	err error
}

// takePack claims the next cases until a time.
func (c commands) takePack(until time.Time) tea.Cmd {
	return func() tea.Msg {
		pack, err := c.packs.Take(c.ctx, 0, until)
		return packTaken{pack, err}
	}
}

// returnPack gives the rest of the pack back.
func (c commands) returnPack() tea.Cmd {
	return func() tea.Msg {
		n, err := c.packs.Return(c.ctx)
		return packReturned{n, err}
	}
}

// askPack reads the policy and asks until when cases are to be taken along.
func (c commands) askPack() tea.Cmd {
	return func() tea.Msg {
		p, err := c.desk.Policy()
		if err != nil {
			return failed{"read the policy", err}
		}
		have, err := c.packs.Pack()
		if err != nil {
			return failed{"read the day pack", err}
		}
		return packAsked{policy: p, left: have.Left}
	}
}

// packAsked brings what the question needs.
type packAsked struct {
	policy callback.Policy
	// left is how many cases are along already.
	left int
}

// take asks until when the next cases are to be this desk's alone.
func (q *queue) take(p callback.Policy, left int, text string) tea.Cmd {
	e, now := q.e, q.e.now()
	about := say("Nobody else calls them, also without a connection. Until when, on your clock? What is left goes back then.")
	if left > 0 {
		about = say("%s along already; %s gives the rest back. Until when, on your clock?", packCount(left), e.keys.queue.giveBack.Help().Key)
	}
	d := newPrompt(e, say("Take the next %d cases along", p.Leases.PackSize), about, "18:00",
		func(text string) tea.Cmd {
			until, err := callback.ParseWhen(text, e.now(), e.zone)
			if err != nil {
				return tea.Batch(send(failed{"take cases along", err}), q.take(p, left, text))
			}
			return tea.Batch(send(underway{say("Taking cases along…")}), e.do.takePack(until))
		})
	if text == "" {
		text = callback.FormatWhen(p.ShiftEnd(now), now, e.zone)
	}
	d.input.SetValue(text)
	d.input.CursorEnd()
	d.does = "take them"
	return e.ask(d)
}

// taken says what came of taking cases along.
func (q *queue) taken(msg packTaken) tea.Cmd {
	switch {
	case msg.err != nil:
		return send(failed{"take cases along", msg.err})
	case len(msg.pack.Cases) == 0:
		return send(notice{"There is nothing to take along: nobody waits to be called, or others have them."})
	}
	text := say("%s yours until %s, also without a connection.", packCount(len(msg.pack.Cases)), clockOf(msg.pack.Until, q.e.now(), q.e.zone))
	return tea.Batch(send(notice{text.String()}), q.reload(), q.e.do.status())
}

func packCount(n int) string {
	if n == 1 {
		return "1 case is"
	}
	return say("%d cases are", n).String()
}

// returned says what was given back.
func (q *queue) returned(msg packReturned) tea.Cmd {
	switch {
	case msg.err != nil:
		return send(failed{"give the cases back", msg.err})
	case msg.n == 0:
		return send(notice{"You have taken nothing along."})
	}
	return tea.Batch(send(notice{say("%s given back.", counted(msg.n, "case")).String()}), q.reload(), q.e.do.status())
}

// packed tells that a row is in this agent's day pack.
func (q *queue) packed(r queueRow) bool {
	return r.raw.Holder == q.e.me.ID && q.e.now().Before(r.raw.Pack)
}

// packWords says what of a day pack is left, or is empty.
func packWords(p callback.PackBrief, now time.Time, zone *time.Location) callback.Text {
	if p.Left == 0 || !now.Before(p.Until) {
		return callback.Text{}
	}
	return say("%s %d until %s", packGlyph, p.Left, clockOf(p.Until, now, zone))
}
