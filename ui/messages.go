package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// Messages that cross rooms. What only one screen sends to itself stands in
// that screen's file.

// bell is rung by the store and the syncer: something changed, reload what you
// show.
type bell struct{}

// tick is the house's one clock, sent by the root every second; what time it
// is, env tells.
type tick struct{}

// goTo asks the root for a screen, by its title.
type goTo struct{ title string }

// shown tells every screen which one is in front now, by its title.
type shown struct{ title string }

// notice is a short good news for the status line.
type notice struct{ text string }

// underway says what is being waited for; it is over with the next answer or
// failure.
type underway struct{ text callback.Text }

// failed is a failure for the status line: what was being done, in the user's
// words, and why it did not work.
type failed struct {
	doing string
	err   error
}

// openCall is sent by the queue, the palette or another list: begin a call on
// this case. inbound tells that the customer is on the line already, takenBack
// that the call was saved and is to be corrected; from is the screen to go back
// to if nobody is called, the queue if it is empty.
type openCall struct {
	caseID    string
	from      string
	inbound   bool
	takenBack bool
}

// showCase is sent by other screens: put the queue's selection on this case.
type showCase struct{ caseID string }

// recorded is sent when a fact is durably in the journal.
type recorded struct {
	caseID string
	kind   callback.EventKind
	saved  callback.Saved
	// text says it for the status line.
	text string
}

// undone is sent when an event was taken back; draft is the call to correct,
// if there was one.
type undone struct {
	draft *callback.Draft
}

// linkChanged carries the state of the link for the header.
type linkChanged struct {
	status callback.LinkStatus
	stats  callback.JournalStats
	pack   callback.PackBrief
}

// themeChanged tells the screens to draw anew.
type themeChanged struct{}

// letGo is sent by a dialog that a leaver gave: the screen may be left, and the
// root does what was asked of it.
type letGo struct{}

// teamLoaded carries what the desk knows of the team: its policy and its
// people.
type teamLoaded struct {
	policy callback.Policy
	agents []callback.Agent
}

// synced tells how a sync that was asked for ended.
type synced struct {
	report callback.SyncReport
	err    error
}

// command is a word of the palette that is no key.
type command struct{ name string }

func send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }

// resized comes when the first frame at a new size has been drawn.
type resized struct{}

// resizeSettles is how long that takes at most: some frames.
const resizeSettles = 100 * time.Millisecond
