package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// commands is the only door to the world: every command that touches the desk,
// the drafts, the link or the line is made here. A command sees no screen, so
// it cannot change one.
type commands struct {
	// ctx ends with the program.
	ctx    context.Context
	desk   Desk
	agenda Agenda
	drafts Drafts
	link   Link
	packs  Packs
	line   Line
	porter Porter
	bells  <-chan struct{}
	// after sends a message when some time has passed.
	after func(time.Duration, tea.Msg) tea.Cmd
}

func newCommands(ctx context.Context, o Options) commands {
	return commands{
		ctx: ctx, desk: o.Desk, agenda: o.Agenda, drafts: o.Drafts, link: o.Link, packs: o.Packs, line: o.Line, porter: o.Porter, bells: o.Bell,
		after: func(d time.Duration, msg tea.Msg) tea.Cmd {
			return func() tea.Msg {
				t := time.NewTimer(d)
				defer t.Stop()
				select {
				case <-t.C:
					return msg
				case <-ctx.Done():
					return nil
				}
			}
		},
	}
}

// waitBell waits until something changed.
func (c commands) waitBell() tea.Cmd {
	if c.bells == nil {
		return nil
	}
	return func() tea.Msg {
		select {
		case _, open := <-c.bells:
			if open {
				return bell{}
			}
		case <-c.ctx.Done():
		}
		return nil
	}
}

// status reads the state of the link and of the journal.
func (c commands) status() tea.Cmd {
	return func() tea.Msg {
		msg := linkChanged{status: c.link.Status()}
		stats, err := c.link.Stats()
		if err != nil {
			return failed{"read the journal", err}
		}
		msg.stats = stats
		pack, err := c.packs.Pack()
		if err != nil {
			return failed{"read the day pack", err}
		}
		msg.pack = pack.Brief()
		return msg
	}
}

// record puts a fact into the journal; text says it for the status line.
func (c commands) record(f callback.Fact, text string) tea.Cmd {
	return func() tea.Msg {
		saved, err := c.desk.Record(f)
		if err != nil {
			return failed{"save " + text, err}
		}
		return recorded{caseID: f.CaseID, kind: f.Payload.Kind(), saved: saved, text: text}
	}
}

// undo takes an event back.
func (c commands) undo(eventID string) tea.Cmd {
	return func() tea.Msg {
		draft, err := c.drafts.Undo(eventID)
		if err != nil {
			return failed{doingUndo, err}
		}
		return undone{draft: draft}
	}
}

// queue reads a window of the queue; ask comes back with the answer.
func (c commands) queue(ask int, q callback.QueueQuery) tea.Cmd {
	return func() tea.Msg {
		page, err := c.desk.Queue(q)
		return queueLoaded{ask: ask, query: q, page: page, rows: newQueueRows(page.Rows), err: err}
	}
}

// queueCase reads a case for the Queue screen; turn comes back with it.
func (c commands) queueCase(turn int, id string) tea.Cmd {
	return func() tea.Msg {
		v, err := c.desk.Case(id)
		return queueCaseLoaded{turn: turn, id: id, view: v, err: err}
	}
}

// team reads the team's clock and names.
func (c commands) team() tea.Cmd {
	return func() tea.Msg {
		p, err := c.desk.Policy()
		if err != nil {
			return failed{"read the policy", err}
		}
		agents, err := c.desk.Agents()
		if err != nil {
			return failed{"read the team", err}
		}
		return teamLoaded{policy: p, agents: agents}
	}
}

// soon reads the callbacks that are to be announced now: the policy says how
// long before their time.
func (c commands) soon() tea.Cmd {
	return func() tea.Msg {
		p, err := c.desk.Policy()
		if err != nil {
			return callbacksSoon{err: err}
		}
		rows, err := c.agenda.Soon(time.Duration(p.Callbacks.Remind) * time.Minute)
		return callbacksSoon{rows: rows, err: err}
	}
}

// findLimit is how many cases of whoever rings are listed.
const findLimit = 50

// find looks for whoever rings.
func (c commands) find(text string) tea.Cmd {
	return func() tea.Msg {
		rows, err := c.agenda.Find(c.ctx, text, findLimit)
		return callersFound{text: text, rows: rows, err: err}
	}
}

// board reads the figures of a period.
func (c commands) board(p callback.Period) tea.Cmd {
	return func() tea.Msg {
		b, err := c.desk.Board(p)
		return boardLoaded{period: p, board: b, err: err}
	}
}

// comments reads comments to replay.
func (c commands) comments(ask int, q callback.CommentQuery) tea.Cmd {
	return func() tea.Msg {
		list, err := c.desk.Comments(q)
		return commentsLoaded{ask: ask, cards: newCards(list), err: err}
	}
}

// journalLimit bounds the journal on the Sync screen.
const journalLimit = 500

// journal reads what is to be settled, what waits and what was sent.
func (c commands) journal() tea.Cmd {
	return func() tea.Msg {
		matters, err := c.link.Matters()
		if err != nil {
			return journalLoaded{err: err}
		}
		list, err := c.link.Journal(journalLimit)
		return journalLoaded{groups: groupJournal(list, matters), err: err}
	}
}

// settle records what a person says about a matter; what needs no more than
// that is put away as read.
func (c commands) settle(m callback.Matter, act callback.Act, reason, eventID string) tea.Cmd {
	text := map[callback.Act]string{
		callback.ActKeep: "Settled: what leads stays", callback.ActAsk: "Asked a supervisor to decide", callback.ActLead: "Settled: the other leads now",
	}[act]
	return func() tea.Msg {
		f := callback.Fact{
			EventID: eventID, CaseID: m.CaseID, Fence: m.Fence,
			Payload: &callback.EventAmended{EventID: m.EventID, Act: act, Over: m.Leads.EventID, Reason: reason},
		}
		saved, err := c.desk.Record(f)
		if err == nil && m.Journal && act != callback.ActAsk {
			err = c.link.MarkSeen(m.EventID)
		}
		if err != nil {
			return failed{"settle it", err}
		}
		return recorded{caseID: m.CaseID, kind: callback.KindEventAmended, saved: saved, text: text}
	}
}

// syncNow asks the way to the server for a sync.
func (c commands) syncNow() tea.Cmd {
	return func() tea.Msg {
		r, err := c.link.SyncNow(c.ctx)
		return synced{report: r, err: err}
	}
}

// requeue offers a refused event again.
func (c commands) requeue(eventID string) tea.Cmd {
	return func() tea.Msg {
		if err := c.link.Requeue(eventID); err != nil {
			return failed{"send it again", err}
		}
		return journalChanged{"It will be offered to the server again."}
	}
}

// markSeen says that a person has read about an event.
func (c commands) markSeen(eventID string) tea.Cmd {
	return func() tea.Msg {
		if err := c.link.MarkSeen(eventID); err != nil {
			return failed{"mark it as seen", err}
		}
		return journalChanged{"Put away as read."}
	}
}

// check recomputes everything in the store and compares.
func (c commands) check() tea.Cmd {
	return func() tea.Msg {
		r, err := c.link.Check(c.ctx)
		return checked{report: r, err: err}
	}
}
