package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// callKeep is how the call in hand is kept safe: what is typed is handed to the
// disk at once, one write at a time, so that an older state never lands on a
// newer one. What is typed while a write is under way goes with the next, which
// follows it: a crash takes no more than that.
type callKeep struct {
	// dirty tells that something is not on the disk yet.
	dirty bool
	// flying tells that a draft is being written, failing that the last write
	// failed and the next waits a moment.
	flying, failing bool
	// recording tells that the call itself is being written, waiting that it
	// will be when the draft has landed.
	recording, waiting bool
	// err is why the last try to record failed.
	err error
	// next is what the call being recorded leads to.
	next callback.Text
	// warned tells that a failure to write a draft was shown.
	warned bool
}

// draftPause is how long to wait after a draft could not be written.
const draftPause = 250 * time.Millisecond

// draftDue comes when it is time to try again.
type draftDue struct{}

// saveAnyway is the agent's word that an outcome that cannot be taken back is
// meant.
type saveAnyway struct{}

// touch saves what was just typed, at once unless a write is under way or the
// disk has just refused one.
func (c *call) touch() tea.Cmd {
	c.keep.dirty = true
	if c.keep.failing {
		return nil
	}
	return c.flush()
}

func (c *call) touchIfBegun() {
	if c.sheet.begun() {
		c.keep.dirty = true
	}
}

// later tries again in a moment what the disk refused.
func (c *call) later() tea.Cmd {
	if c.keep.failing {
		return nil
	}
	c.keep.failing = true
	return c.e.do.after(draftPause, draftDue{})
}

func (c *call) draftDue() tea.Cmd {
	c.keep.failing = false
	return c.flush()
}

// flush saves now what is not saved yet.
func (c *call) flush() tea.Cmd {
	if c.sheet == nil || !c.keep.dirty || c.keep.flying || c.keep.recording {
		return nil
	}
	c.keep.dirty, c.keep.flying = false, true
	return c.e.do.saveDraft(c.snapshot(), false)
}

// snapshot is the draft as it is now, apart from what will be typed later.
func (c *call) snapshot() callback.Draft {
	d := c.sheet.draft
	d.Texts = make(map[string]string, len(c.sheet.draft.Texts))
	for k, v := range c.sheet.draft.Texts {
		d.Texts[k] = v
	}
	return d
}

func (c *call) draftSaved(msg draftSaved) tea.Cmd {
	var cmds []tea.Cmd
	if c.sheet != nil && msg.eventID == c.sheet.draft.EventID {
		c.keep.flying = false
		switch {
		case msg.err != nil:
			c.keep.dirty = true
			if !c.keep.warned {
				cmds = append(cmds, send(failed{"save what you type", msg.err}))
			}
			c.keep.warned = true
		default:
			c.keep.warned = false
		}
		switch {
		case c.keep.waiting:
			c.keep.waiting = false
			cmds = append(cmds, c.recordNow())
		case msg.err != nil:
			cmds = append(cmds, c.later())
		default:
			cmds = append(cmds, c.flush())
		}
	}
	if msg.leave && msg.err == nil {
		cmds = append(cmds, send(letGo{}))
	} else if msg.leave {
		cmds = append(cmds, send(failed{"keep the call", msg.err}))
	}
	return tea.Batch(cmds...)
}

func (c *call) draftDropped(msg draftDropped) tea.Cmd {
	if msg.err != nil {
		return send(failed{"discard the call", msg.err})
	}
	if !msg.leave {
		return nil
	}
	var back tea.Cmd
	if c.sheet != nil && c.sheet.draft.EventID == msg.eventID {
		back = c.letCaseGo()
		c.clear()
	}
	return tea.Batch(back, send(letGo{}))
}

// draftsLoaded restores the latest unfinished call at the start, and says so;
// later it only renews the list.
func (c *call) draftsLoaded(msg draftsLoaded) tea.Cmd {
	if msg.err != nil {
		return send(failed{"read the unfinished calls", msg.err})
	}
	c.idle.names = msg.names
	c.idle.drafts, c.idle.at = msg.drafts, clamp(c.idle.at, 0, max(0, len(msg.drafts)-1))
	first := !c.idle.restored
	c.idle.restored = true
	if !first || len(msg.drafts) == 0 || c.sheet != nil || c.idle.loading != "" {
		return nil
	}
	d := msg.drafts[0]
	return tea.Batch(
		send(notice{"A call was not finished; it is back as you left it."}), send(goTo{title: callTitle}), c.load(openCall{caseID: d.CaseID}, &d),
	)
}

// undone brings a call that was taken back to where it was, to be corrected.
// It never keeps its old id, which is spent in the journal. The last call may
// be newer in memory than its draft was on the disk.
func (c *call) undone(msg undone) tea.Cmd {
	c.idle.done = nil
	if msg.draft == nil {
		return nil
	}
	d, old := *msg.draft, ""
	if last := c.idle.last; last != nil && (last.EventID == d.EventID || last.AttemptID == d.AttemptID) {
		id := d.EventID
		if id == last.EventID {
			id, old = c.e.newID(), id
		}
		d = *last
		d.EventID = id
	}
	if c.sheet != nil && c.sheet.begun() {
		c.banner(toneWarn, say("The call that was taken back waits among the unfinished ones."))
		return c.e.do.moveDraft(d, old)
	}
	return tea.Batch(c.putAside(), c.e.do.moveDraft(d, old), c.load(openCall{caseID: d.CaseID, takenBack: true}, &d), send(goTo{title: callTitle}))
}

// record saves the call. sure tells that the agent confirmed what cannot be
// taken back later.
func (c *call) record(sure bool) tea.Cmd {
	if c.sheet == nil || c.keep.recording {
		return nil
	}
	if p := c.sheet.problem(c.now); p != nil {
		return c.mend(p)
	}
	rule, _ := c.sheet.draft.Disposition.Rule()
	if rule.Suppress && !sure {
		lines := []callback.Text{say("%s.", rule.Meaning), say("Nobody will call this person or this number again. It cannot be taken back later.")}
		return c.e.ask(newConfirm(c.e, say("Never call %s again?", c.sheet.name()), lines, "never again", saveAnyway{}))
	}
	if _, _, enough := c.sheet.enough(); enough && rule.Code == callback.VoicemailLeft && !sure && c.sheet.tried.IsZero() {
		return c.oneMore()
	}
	c.sheet.hungUp(c.now)
	if c.sheet.tried.IsZero() {
		c.sheet.tried = c.now.UTC()
	}
	c.keep.recording, c.keep.err = true, nil
	c.keep.next = c.sheet.foresee(c.sheet.draft.Disposition, c.now, func(t time.Time) string { return c.sheet.both(t, c.now) })
	if c.keep.flying {
		c.keep.waiting = true
		return nil
	}
	return c.recordNow()
}

// recordNow hands the call to the journal. Trying again uses the same id and
// the same times, so that a call saved but not confirmed is not saved twice.
func (c *call) recordNow() tea.Cmd {
	d := c.sheet.draft
	return c.e.do.recordCall(callback.Fact{EventID: d.EventID, CaseID: d.CaseID, Fence: d.Fence, Payload: c.sheet.payload(c.now)})
}

// saved says "saved" only now that the journal has the call; otherwise it
// keeps everything.
func (c *call) saved(msg callSaved) tea.Cmd {
	if c.sheet == nil || msg.eventID != c.sheet.draft.EventID {
		return nil
	}
	c.keep.recording = false
	if msg.err != nil {
		c.keep.err, c.keep.dirty = msg.err, true
		return tea.Batch(c.flush(), send(failed{"save the call", msg.err}))
	}
	d := c.sheet.draft
	rule, _ := d.Disposition.Rule()
	last := c.snapshot()
	done := callDone{
		undo: undoable{eventID: msg.eventID, until: c.now.Add(undoFor)}, name: c.sheet.name(), outcome: say("%s", rule.Meaning), next: c.keep.next,
	}
	c.clear()
	c.idle.done, c.idle.last = &done, &last
	text := say("Saved: %s, %s", done.name, done.outcome)
	return tea.Batch(
		send(recorded{caseID: d.CaseID, kind: callback.KindCallRecorded, saved: msg.saved, text: text.String()}), c.e.do.loadDrafts(),
	)
}
