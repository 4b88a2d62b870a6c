package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// packGlyph marks what was taken along.
const packGlyph = "⧉"

// packTaken is the server's answer to a claim of a day pack, and what was known
// when it was asked for.
type packTaken struct {
	asked packAsked
	pack  callback.Pack
	err   error
}

// packReturned tells how many cases were given back.
type packReturned struct {
	n   int
	err error
}

// takePack claims the next cases until a time.
func (c commands) takePack(asked packAsked, until time.Time) tea.Cmd {
	return func() tea.Msg {
		pack, err := c.packs.Take(c.ctx, 0, until)
		return packTaken{asked, pack, err}
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
		return packAsked{policy: p, left: have.Left, cases: len(have.Cases)}
	}
}

// packAsked brings what the question needs.
type packAsked struct {
	policy callback.Policy
	// left is how many cases are along already, cases how many there are with
	// those that were worked and are still to be sent.
	left, cases int
}

// take asks until when the next cases are to be this desk's alone.
func (q *queue) take(asked packAsked, text string) tea.Cmd {
	e, now, p := q.e, q.e.now(), asked.policy
	about := say("Nobody else calls them, also without a connection. Until when, on your clock? What is left goes back then.")
	if asked.left > 0 {
		about = say("%s along already; %s gives the rest back. Until when, on your clock?", packCount(asked.left), e.keys.queue.giveBack.Help().Key)
	}
	d := newPrompt(e, say("Take the next %d cases along", p.Leases.PackSize), about, "18:00",
		func(text string) tea.Cmd {
			until, err := callback.ParseWhen(text, e.now(), e.zone)
			if err != nil {
				return tea.Batch(send(failed{"take cases along", err}), q.take(asked, text))
			}
			return tea.Batch(send(underway{say("Taking cases along…")}), e.do.takePack(asked, until))
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
	case msg.pack.Left == 0:
		return send(notice{"There is nothing to take along: nobody waits to be called, or others have them."})
	}
	return tea.Batch(send(notice{q.takenWords(msg).String()}), q.reload(), q.e.do.status())
}

// takenWords say how many cases are along now, and why if fewer came than were
// asked for. What was worked or skipped a moment ago comes too, since the server
// has not heard of it; it is none that is to be called.
func (q *queue) takenWords(msg packTaken) callback.Text {
	until, size := clockOf(msg.pack.Until, q.e.now(), q.e.zone), msg.asked.policy.Leases.PackSize
	switch {
	case len(msg.pack.Cases)-msg.asked.cases >= size:
		return say("%s yours until %s, also offline.", packCount(msg.pack.Left), until)
	case msg.asked.cases > 0:
		return say("%s yours until %s: no more free by then.", packCount(msg.pack.Left), until)
	}
	return say("%d of %d are yours until %s: no more free by then.", msg.pack.Left, size, until)
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
