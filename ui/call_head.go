package ui

import (
	"strings"
	"time"

	"ringback/callback"
)

// wrapTarget is how long wrapping up should take; after it a word of it is
// said, and nothing is closed (mission model §4.3).
const wrapTarget = 120 * time.Second

// headLine says who is called, how far the call is and how long it takes.
func (c *call) headLine() string {
	s := c.e.styles
	words, style := c.phaseWords()
	phase := style.Render(words)
	place := c.placeWords()
	left := " " + phase + "  "
	right := s.faint.Render(place + " ")
	if cells(left)+cells(right)+14 > c.w {
		right = ""
	}
	room := max(0, c.w-cells(left)-cells(right)-1)
	who := c.sheet.name()
	if n := callback.Line(c.sheet.phone().E164); room > 34 && n.String() != who.String() {
		who = say("%s  %s", who, n)
	}
	return stretch(left+s.strong.Render(cut(who, room)), c.w-cells(right)) + right
}

// phaseWords say how far the call is and how long that takes.
func (c *call) phaseWords() (string, ink) {
	s, d := c.e.styles, c.sheet.draft
	ring, talk, wrap := d.Seconds(c.now)
	switch d.Phase {
	case callback.PhaseDial:
		return "◌ ringing " + lasts(ring), s.accent
	case callback.PhaseTalk:
		return c.talking() + " " + lasts(talk), s.good
	case callback.PhaseWrap:
		return "■ wrapping up " + lasts(wrap), s.text
	}
	return "○ preparing", s.accent
}

// placeWords say the time where the customer is, and until when they may be
// called.
func (c *call) placeWords() string {
	o, agreed := c.opening()
	hours := "closed"
	switch {
	case agreed:
		hours = "agreed " + c.view().Plan.Callback.At.In(c.sheet.theirs).Format("15:04")
	case o.Open:
		hours = "open until " + o.Until.In(c.sheet.theirs).Format("15:04") + ownHours(c.sheet.policy, c.sheet.phone(), c.now)
	case !o.At.IsZero():
		hours = "opens " + o.At.In(c.sheet.theirs).Format("Mon 15:04")
	}
	return say("%s in %s · %s", c.now.In(c.sheet.theirs).Format("15:04"), c.sheet.city(), hours).String()
}

// maxBanner is how many lines the banner may take: what stands in the way is
// read to its end, and the panes give way.
const maxBanner = 3

// bannerLines are what the agent should read now, one line at least.
func (c *call) bannerLines() []string {
	tone, text := c.tidings()
	s := c.e.styles
	style, glyph := s.faint, "  "
	switch tone {
	case toneGood:
		style, glyph = s.good, "✓ "
	case toneWarn:
		style, glyph = s.warn, "! "
	case toneBad:
		style, glyph = s.bad, "! "
	}
	words := wrapMax(text, c.w-4, maxBanner)
	if text.String() == "" || len(words) == 0 {
		return []string{blank(c.w)}
	}
	out := make([]string, len(words))
	for i, l := range words {
		out[i] = stretch(" "+style.Render(glyph+l), c.w)
		glyph = "  "
	}
	return out
}

// tidings choose what to say: a failure to save before all else, then what was
// just said, then what stands in the way, then a gentle reminder.
func (c *call) tidings() (tone, callback.Text) {
	_, _, wrap := c.sheet.draft.Seconds(c.now)
	switch {
	case c.keep.recording:
		return toneQuiet, say("Saving…")
	case c.sheet.draft.Phase == callback.PhaseDial && c.look.tone != toneBad && c.sheet.spare().String() != "":
		return toneWarn, say("If voicemail answers, %s.", c.sheet.spare())
	case c.look.banner.String() != "":
		return c.look.tone, c.look.banner
	case c.keep.err != nil && c.keep.warned:
		return toneBad, say("Not confirmed; what you typed is on this screen only, enter tries again: %s", c.keep.err)
	case c.keep.err != nil:
		return toneBad, say("Not confirmed; all is kept, enter tries again: %s", c.keep.err)
	case c.view().State == callback.Suppressed:
		return toneBad, say("This customer asked not to be called.")
	case callback.CodeOf(c.hold.err) == callback.CodeConflict && !c.held() && c.knownOver():
		return toneQuiet, callback.Text{}
	case callback.CodeOf(c.hold.err) == callback.CodeConflict && !c.held():
		if c.sheet.draft.Phase != callback.PhasePrepare {
			return toneWarn, say("%s. Your call is put on record all the same.", c.refusal())
		}
		return toneBad, say("%s. esc goes back, R asks again.", c.refusal())
	case c.signedOut() && c.sheet.draft.Phase == callback.PhasePrepare:
		return toneBad, say("This desk is signed out (%s): call nobody before you have signed in again. What you record is kept.", bare(c.hold.err))
	case c.hold.err != nil && !c.held() && c.sheet.draft.Phase == callback.PhasePrepare:
		return toneWarn, say("The server cannot be asked; somebody may already have called. You decide.")
	case float64(wrap) > wrapTarget.Seconds():
		return toneWarn, say("Wrapping up for %s; take the time you need, the queue is waiting.", lasts(wrap))
	case c.sheet.draft.Phase == callback.PhasePrepare:
		return c.preparing()
	}
	return toneQuiet, callback.Text{}
}

// preparing says whether this is the time to call, and whose case it is.
func (c *call) preparing() (tone, callback.Text) {
	o, agreed := c.opening()
	switch {
	case c.hold.asking:
		return toneQuiet, say("Asking the server for the case…")
	case agreed && c.now.Before(c.view().Plan.Callback.At):
		at := c.view().Plan.Callback.At
		in, _ := callback.DueWords(at, c.now)
		clock := at.In(c.sheet.theirs).Format("15:04") + " in " + c.sheet.city()
		if mine := at.In(c.sheet.mine).Format("15:04"); !strings.HasPrefix(clock, mine) {
			clock += " (" + mine + " yours)"
		}
		return toneWarn, say("Agreed for %s: %s. The case is yours.", clock, in)
	case !o.Open && !agreed:
		return toneWarn, say("%s: not the hour to call.", c.placeWords())
	case c.awaits().String() != "":
		return toneWarn, say("%s. The case is yours.", c.awaits())
	case c.view().Returned() != nil:
		e := c.view().Returned()
		return toneGood, say("%s gave it back: %s", c.person(e.EndedBy), e.Words)
	case c.w < twoPanes:
		return toneQuiet, say("%s. The case is yours.", c.placeWords())
	case c.held():
		if words, _ := c.words(); words.String() == "" {
			return toneQuiet, say("The case is yours.")
		}
		return toneQuiet, say("The case is yours. Read their words, then call.")
	}
	return toneQuiet, callback.Text{}
}

// knownOver tells that the customer rings about a case that is over, which the
// agent chose with open eyes: that the server says so is no news.
func (c *call) knownOver() bool {
	return c.sheet.direction() == callback.Inbound && !c.sheet.view.Case.State.Open()
}

// awaits says what a case waits for that may be called at this hour all the
// same, or nothing: whoever opens it by a wrong key is to see it before they dial.
func (c *call) awaits() callback.Text {
	p := c.sheet.view.Place
	switch p.Cause {
	case callback.WaitsRetry, callback.WaitsCaps, callback.WaitsSkipped, callback.WaitsPromise, callback.WaitsAsked:
	default:
		return callback.Text{}
	}
	words, _ := callback.RowOf(c.view(), p, false).WaitWords(c.now, c.sheet.mine, func(id string) string { return c.person(id).String() })
	if p.Ready || len(words) == 0 {
		return callback.Text{}
	}
	return say("Waits: %s", words[0])
}

// signedOut tells that the server knows this desk no more: that is more than a
// line that is down, and nobody should go on calling.
func (c *call) signedOut() bool {
	code := callback.CodeOf(c.hold.err)
	return !c.held() && (code == callback.CodeUnauthorized || code == callback.CodeRevoked)
}
