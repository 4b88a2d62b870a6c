package ui

import "ringback/callback"

// floorWords says what happened to a case beside the calls, in a few words.
func floorWords(p callback.Payload) callback.Text {
	switch p := p.(type) {
	case *callback.CaseEscalated:
		return say("Escalated: %s", p.Reason)
	case *callback.EscalationTaken:
		return say("Escalation taken")
	case *callback.EscalationReturned:
		return say("Returned: %s", p.Words)
	case *callback.EscalationResolved:
		return say("Escalation resolved: %s", p.Words)
	case *callback.ReviewSettled:
		if p.Resolution != "" {
			return say("Review closed: %s", p.Resolution)
		}
		return say("Cleared from review")
	}
	return say("%s", p.Kind())
}
