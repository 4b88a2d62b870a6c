package ui

import (
	"time"

	"charm.land/bubbles/v2/help"
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// call is the screen of one call from the first look to "saved". What the call
// says stands in its sheet; the rest is how it is shown and kept safe.
type call struct {
	e     *env
	keys  callKeys
	w, h  int
	now   time.Time
	sheet *sheet // nil while no call is in hand
	focus callField
	pen   pen
	pick  callPick
	hold  callHold
	keep  callKeep
	look  callLook
	idle  callIdle
}

// callLook is how the call is shown.
type callLook struct {
	guide guideView
	// tab is the part in view where there is room for one only.
	tab callTab
	// words is how far the customer's pane is scrolled.
	words int
	// banner is what the agent should read now; it stays until the next key.
	banner callback.Text
	tone   tone
	// typed are the numbers that were entered in this call.
	typed []string
	// names are the colleagues' names by id.
	names map[string]callback.Text
}

// callIdle is what the screen knows between calls.
type callIdle struct {
	// loading is the case that is being opened, from the screen to go back to.
	loading string
	from    string
	// drafts are the unfinished calls, at is the one in hand.
	drafts []callback.Draft
	// names are the customers' of the drafts, by case.
	names    map[string]callback.Text
	at       int
	restored bool
	done     *callDone
	// last is the call saved last, as it was, in case it is taken back: it may
	// be newer than the draft on the disk.
	last *callback.Draft
}

// callDone is the call that was saved last.
type callDone struct {
	undo          undoable
	name, outcome callback.Text
	next          callback.Text
}

// tone is how grave a banner is.
type tone int

const (
	toneQuiet tone = iota
	toneGood
	toneWarn
	toneBad
)

func newCall(e *env) screen {
	c := &call{e: e, keys: newCallKeys(), pen: newPen(e), now: e.now()}
	c.look.names = map[string]callback.Text{}
	return c
}

// Title implements screen.
func (c *call) Title() string { return callTitle }

// Init looks for a call that was cut off.
func (c *call) Init() tea.Cmd { return c.e.do.loadDrafts() }

// Arrive implements arriver.
func (c *call) Arrive() tea.Cmd {
	if c.sheet != nil || c.idle.loading != "" {
		return nil
	}
	return c.e.do.loadDrafts()
}

// Typing tells that plain keys are text, or answers.
func (c *call) Typing() bool { return c.sheet != nil && c.focus != fieldHome }

// SetSize implements screen.
func (c *call) SetSize(w, h int) {
	c.w, c.h = w, h
	c.refit()
}

// Update implements screen.
func (c *call) Update(msg tea.Msg) tea.Cmd {
	c.now = c.e.now()
	cmd := c.hear(msg)
	c.refit()
	return cmd
}

func (c *call) hear(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return c.key(msg)
	case tea.PasteMsg:
		return c.paste(msg)
	case tea.MouseWheelMsg:
		c.wheel(msg)
	case tea.MouseClickMsg:
		c.click(msg)
	case openCall:
		return c.open(msg)
	case switchCall:
		return tea.Batch(c.putAside(), c.load(openCall(msg), nil))
	case callLoaded:
		return c.loaded(msg)
	case callRefreshed:
		c.refreshed(msg)
	case callClaimed:
		return c.claimed(msg)
	case dialAnyway:
		return c.dialNow()
	case dialNumber:
		c.dialThis(msg)
	case numberEntered:
		return c.enter(msg)
	case callDialled:
		return c.dialled(msg)
	case leaveCall:
		return c.leaveCall(msg)
	case callSettled:
		return c.heardOf(msg)
	case noMessage:
		return c.withoutMessage()
	case saveAnyway:
		return c.record(true)
	case callSaved:
		return c.saved(msg)
	default:
		return c.hearDrafts(msg)
	}
	return nil
}

// hearDrafts takes what concerns drafts, and the house's own news.
func (c *call) hearDrafts(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case draftsLoaded:
		return c.draftsLoaded(msg)
	case draftDue:
		return c.draftDue()
	case draftSaved:
		return c.draftSaved(msg)
	case draftDropped:
		return c.draftDropped(msg)
	case undone:
		return c.undone(msg)
	case bell:
		if c.sheet != nil {
			return c.e.do.refreshCall(c.sheet.draft.CaseID)
		}
	case linkChanged:
		return c.reconnected(msg)
	case tick:
		return c.renew()
	case teamLoaded:
		for _, a := range msg.agents {
			c.look.names[a.ID] = callback.Line(a.Name)
		}
	case themeChanged:
		c.pen.restyle(c.e)
	}
	return nil
}

// banner says something that stays until the next key.
func (c *call) banner(t tone, text callback.Text) { c.look.tone, c.look.banner = t, text }

// focusOn moves to a field and saves what was typed so far.
func (c *call) focusOn(f callField) tea.Cmd {
	c.focus = f
	c.pick.enter(c, f)
	if c.sheet.draft.Field != string(f) {
		c.sheet.draft.Field = string(f)
		if c.sheet.begun() {
			c.keep.dirty = true
		}
	}
	return tea.Batch(c.pen.focus(f), c.flush())
}

// Keys implements screen.
func (c *call) Keys() help.KeyMap { return c.keySet() }
