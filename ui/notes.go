package ui

import (
	"slices"
	"strings"
	"time"

	"ringback/callback"
)

// notes is the status line: news and failures one after another, and what can
// be undone.
type notes struct {
	e    *env
	list []note
	undo undoable
	// trouble is what the disk or the link suffers from, shown when there is
	// nothing newer; read is the one that was in sight on the Sync screen, which
	// is front's title when it is shown.
	trouble callback.Text
	read    string
	front   string
	// stuck tells that the trouble is there until it is mended, read or not.
	stuck bool
	// run is the call that goes on behind another screen.
	run callback.Text
}

// note is one of them; it begins when it comes to the front.
type note struct {
	text callback.Text
	bad  bool
	// call is when to ring whom text names, for a reminder, caseID their case.
	call   time.Time
	caseID string
	// underway tells that it is over when an answer comes.
	underway bool
	// doing is what failed, for a failure.
	doing string
	since time.Time
}

// weight orders notes: failures go before reminders, and those before good
// news.
func (n note) weight() int {
	switch {
	case n.bad:
		return 2
	case !n.call.IsZero():
		return 1
	}
	return 0
}

// lasts is how long a note stays: shorter when others wait behind it.
func (n note) lasts(waiting int) time.Duration {
	switch {
	case n.bad && waiting > 0:
		return failureFor / 2
	case n.bad:
		return failureFor
	case !n.call.IsZero() && waiting > 0:
		return remindFor / 4
	case !n.call.IsZero():
		return remindFor
	case waiting > 0:
		return newsFor / 4
	}
	return newsFor
}

// undoable is the last fact that may still be taken back.
type undoable struct {
	eventID string
	text    callback.Text
	until   time.Time
	// waited tells that the fact was seen among those that wait to be sent.
	waited bool
}

// open tells whether there is something to take back.
func (u *undoable) open(now time.Time) bool { return u.eventID != "" && now.Before(u.until) }

// sent forgets the fact once nothing waits to be sent any more. What is told of
// the time before it waited says nothing of it.
func (u *undoable) sent(stats callback.JournalStats) {
	switch {
	case stats.Pending > 0:
		u.waited = true
	case u.waited:
		*u = undoable{}
	}
}

// How long news stay, and how long the last fact is offered to be undone.
const (
	newsFor    = 4 * time.Second
	failureFor = 10 * time.Second
	remindFor  = time.Minute
	undoFor    = 15 * time.Second
	maxNotes   = 8
)

// doingUndo names a failure to take something back.
const doingUndo = "undo"

// hear takes the messages that the status line shows.
func (n *notes) hear(msg any) {
	now := n.e.now()
	switch msg := msg.(type) {
	case tick:
		n.expire(now)
	case notice:
		n.add(note{text: say("%s", msg.text)})
	case underway:
		n.add(note{text: msg.text, underway: true})
	case callersFound, synced, packTaken:
		n.arrived()
	case failed:
		n.arrived()
		n.add(note{text: say("Could not %s: %s", msg.doing, msg.err), bad: true, doing: msg.doing})
	case recorded:
		n.undo = undoable{eventID: msg.saved.EventID, text: say("%s", msg.text), until: now.Add(undoFor)}
	case undone:
		if msg.draft == nil { // a call says it where it is to be corrected
			n.add(note{text: say("Taken back: %s", n.undo.text)})
		}
		n.undo = undoable{}
	case openCall:
		n.begin(msg.caseID)
	case shown:
		n.front = msg.title
		n.reading()
	case journalChanged:
		n.add(note{text: say("%s", msg.text)})
	case linkChanged:
		n.undo.sent(msg.stats)
		n.trouble, n.stuck = callback.Text{}, msg.stats.NoRoom
		switch {
		case msg.stats.NoRoom:
			n.trouble = say("The disk is full: no new call begins until there is room; the one in hand can still be saved.")
		case failing(msg.status.State) && msg.status.Problem != "":
			n.trouble = say("%s", problemWords(msg.status))
		case msg.status.Notice != "":
			n.trouble = say("%s", msg.status.Notice)
		}
		n.reading()
	}
}

// reading puts the trouble away once it was in sight on the Sync screen; another
// one, or the same after it was over, is said again.
func (n *notes) reading() {
	if n.front == syncTitle || n.trouble.String() == "" {
		n.read = n.trouble.String()
	}
}

// begin clears the line for a call: news of what was done before it, and that
// something could not be taken back, do not concern it.
func (n *notes) begin(caseID string) {
	n.list = slices.DeleteFunc(n.list, func(x note) bool { return x.weight() == 0 || x.doing == doingUndo })
	n.inHand(caseID)
}

// inHand drops reminders of the call that is in hand.
func (n *notes) inHand(caseID string) {
	n.list = slices.DeleteFunc(n.list, func(x note) bool { return caseID != "" && x.caseID == caseID })
	if len(n.list) > 0 && n.list[0].since.IsZero() {
		n.list[0].since = n.e.now()
	}
}

// arrived puts away what was waited for.
func (n *notes) arrived() {
	n.list = slices.DeleteFunc(n.list, func(x note) bool { return x.underway })
	n.inHand("")
}

// add puts a note behind those that are as weighty. When there are too many,
// the oldest of the lightest that wait goes.
func (n *notes) add(x note) {
	at := len(n.list)
	for at > 0 && x.weight() > n.list[at-1].weight() {
		at--
	}
	n.list = slices.Insert(n.list, at, x)
	if len(n.list) > maxNotes {
		light := 1
		for i := range n.list {
			if i > light && n.list[i].weight() < n.list[light].weight() {
				light = i
			}
		}
		n.list = slices.Delete(n.list, light, light+1)
	}
	if at == 0 {
		n.list[0].since = n.e.now()
	}
}

func (n *notes) expire(now time.Time) {
	for len(n.list) > 0 && now.Sub(n.list[0].since) >= n.list[0].lasts(len(n.list)-1) {
		if n.list = n.list[1:]; len(n.list) > 0 {
			n.list[0].since = now
		}
	}
	if !n.undoable(now) {
		n.undo = undoable{}
	}
}

// undoable tells whether u has something to take back.
func (n *notes) undoable(now time.Time) bool { return n.undo.open(now) }

// maxStatus is how many lines a failure may have that is longer than one: its
// reason must be read to the end.
const maxStatus = 4

// lines draws the status line; a failure that is longer takes more of them.
func (n *notes) lines(w int) []string {
	if len(n.list) == 0 || !n.list[0].bad {
		return []string{n.line(w)}
	}
	words := wrapMax(n.list[0].text, w-4, maxStatus)
	if len(words) < 2 {
		return []string{n.line(w)}
	}
	out := make([]string, len(words))
	for i, l := range words {
		mark := "   "
		if i == 0 {
			mark = " ! "
		}
		out[i] = stretch(n.e.styles.bad.Render(mark+l), w)
	}
	return out
}

// line draws the status line.
func (n *notes) line(w int) string {
	s := n.e.styles
	now := n.e.now()
	right := ""
	if n.undoable(now) {
		left := int((n.undo.until.Sub(now) + time.Second - 1) / time.Second)
		right = s.key.Render("u") + " " + s.text.Render(say("undo · %d s", left).String()) + " "
	}
	room := w - cells(right) - 3
	switch {
	case len(n.list) > 0 && n.list[0].bad:
		return stretch(" "+s.bad.Render("! "+cut(n.list[0].text, room-2)), w-cells(right)) + right
	case len(n.list) > 0 && !n.list[0].call.IsZero():
		return stretch(" "+s.warn.Render("◷ ")+s.strong.Render(cut(n.list[0].upcoming(now), room-2)), w-cells(right)) + right
	case len(n.list) > 0:
		return stretch(" "+s.good.Render("✓ ")+s.text.Render(cut(n.list[0].text, room-2)), w-cells(right)) + right
	case right != "":
		return stretch(" "+s.good.Render("✓ ")+s.text.Render(cut(n.undo.text, room-2)), w-cells(right)) + right
	case n.run.String() != "":
		return stretch(" "+s.good.Render(cut(n.run, room)), w)
	case n.trouble.String() != "" && (n.stuck || n.trouble.String() != n.read):
		more := "  5 tells more"
		what, _, _ := strings.Cut(n.trouble.String(), "; ") // what to do is told there
		trouble := fitting([]callback.Text{n.trouble, say("%s", what)}, room-2-cells(more))
		return stretch(" "+s.warn.Render("○ "+cut(trouble, room-2-cells(more)))+s.faint.Render(more), w)
	}
	return blank(w)
}
