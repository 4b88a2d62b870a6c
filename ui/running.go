package ui

import "ringback/callback"

// running is the call in hand as the house sees it: it goes on while another
// screen is in front.
type running struct {
	caseID string
	// words say whom one talks to, and for how long.
	words callback.Text
}

// runner is a screen on which a call may be in hand; there is none if it gives
// no case.
type runner interface{ Running() running }

// running gives the call in hand.
func (a *app) running() running {
	for _, s := range a.screens {
		if r, ok := s.(runner); ok {
			return r.Running()
		}
	}
	return running{}
}

// heed lets the bars know of the call in hand: the reminder of it is over, and
// while another screen is in front they show that it goes on, and the way back.
func (a *app) heed() {
	run := a.running()
	a.notes.inHand(run.caseID)
	behind := run.caseID != "" && a.screens[a.at].Title() != callTitle
	a.notes.run = callback.Text{}
	if behind {
		a.notes.run = say("%s · %d goes back to the call", run.words, a.find(callTitle)+1)
	}
	if behind != a.bar.running {
		a.bar.running, a.bar.dirty = behind, true
	}
}

// Running implements runner.
func (c *call) Running() running {
	if c.sheet == nil {
		return running{}
	}
	words, _ := c.phaseWords()
	return running{c.sheet.draft.CaseID, say("%s  %s", words, c.sheet.name())}
}
