package ui

import "ringback/callback"

// nothingNow says that everybody waits, until when and for what, and what to do
// when a customer rings meanwhile; the shorter forms are for narrow lists.
func (q *queue) nothingNow() []callback.Text {
	p := q.load.page
	at := clockOf(p.NextAt, q.e.now(), q.e.zone)
	var long, short, tight callback.Text
	switch {
	case p.NextAt.IsZero():
		long, short = say("Nothing to call now: all %d wait (w tells for what)", p.Open), say("Nothing now: all %d wait, w says why", p.Open)
		tight = say("Nothing now, all %d wait · w why", p.Open)
	case p.NextWait == callback.AgreedWords:
		at = clockOf(p.NextAt.Add(callback.CallbackLead), q.e.now(), q.e.zone)
		long, short = say("Nothing to call now: the next is a callback agreed for %s", at), say("Nothing now; next: callback agreed %s", at)
		tight = say("Nothing now, callback %s", at)
	default:
		long, short = say("Nothing to call now: next at %s, %s", at, q.side.waits(p.NextWait)), say("Nothing now: next at %s, w says why", at)
		tight = say("Nothing now, next %s · w why", at)
	}
	i := q.e.keys.queue.inbound.Help().Key
	return []callback.Text{say("%s · %s if somebody rings", long, i), long, say("%s · %s they ring", tight, i), short}
}

// empty says why there is nothing to call, when there will be, and what to do.
func (q *queue) empty(w, h int) []string {
	s := q.e.styles
	head, lines := q.emptyWords()
	out := []string{"", ""}
	out = append(out, paint(s.title, centred(wrap(head, min(w-4, 60)), w))...)
	out = append(out, "")
	for _, l := range lines {
		out = append(out, paint(s.text, centred(wrap(l, min(w-4, 60)), w))...)
	}
	if l := q.load.link; q.win.total == 0 && l.Of > 0 {
		full, rest := fillBar(float64(l.Done)/float64(l.Of), min(40, w-4))
		count := s.faint.Render(say("%s of %s", thousands(l.Done), thousands(l.Of)).String())
		out = append(out, "", centre(s.accent.Render(full)+s.border.Render(rest), w), centre(count, w))
	}
	return out
}

func centred(lines []string, w int) []string {
	for i, l := range lines {
		lines[i] = centre(l, w)
	}
	return lines
}

// emptyWords is the true answer to "nothing to serve".
func (q *queue) emptyWords() (head callback.Text, lines []callback.Text) {
	p, link := q.load.page, q.load.link
	rings := say("Somebody rings? Press %s: closed cases are found too.", q.e.keys.queue.inbound.Help().Key)
	switch {
	case !q.load.loaded:
		return say("Reading the queue…"), nil
	case q.filter.active != "":
		return say("Nothing matches %q", callback.Line(q.filter.active)), []callback.Text{
			say("%d cases are open. Press esc to see them all.", p.Open), rings,
		}
	case p.Partial:
		return say("Putting the queue in order…"), nil
	case link.State == callback.LinkNever || link.State == "" && link.LastContact.IsZero():
		return say("This desk has never met its server"), []callback.Text{
			say("Quit with q, then sign in: ringback login URL"), say("Signed in already? Press r to sync now."),
		}
	case link.Busy != "":
		return say("Fetching your cases…"), []callback.Text{say("The first ones appear here as soon as they come.")}
	case link.State == callback.LinkDenied:
		return say("The server lets this desk in no more"), []callback.Text{
			say("Sign in again, with your supervisor at hand: ringback login URL"),
		}
	}
	lines = []callback.Text{say("Every case of your team is closed. New answers come in by themselves.")}
	if link.State == callback.LinkOffline {
		lines = append(lines, say("You are offline since %s; there may be news on the server.", clockOf(link.Since, q.e.now(), q.e.zone)))
	}
	return say("Nobody to call"), append(lines, rings, say("Press r to sync now."))
}
