package callback

// Title names a matter in a few words.
func (m Matter) Title() string {
	switch m.Sort {
	case MatterIncident:
		return "called after do-not-call"
	case MatterNotice:
		return "late, but it counts"
	case MatterBeside:
		return "without effect"
	case MatterRefused:
		return "refused"
	case MatterDecided:
		return "decided"
	}
	if m.Asked != nil {
		return "asked to decide"
	}
	return "two versions"
}

// Why says in plain words what happened.
func (m Matter) Why() string {
	switch m.Sort {
	case MatterIncident:
		return "The customer had asked not to be called. What was done is on record, and nothing follows from it."
	case MatterNotice:
		return "The case had been given to somebody who had done nothing yet, so this late result counts."
	case MatterBeside:
		return "It is on record without effect: " + m.Reason.Words() + "."
	case MatterRefused:
		return "The server could not take it: " + m.Reason.Words() + ". It is kept here, and in quarantine there."
	case MatterDecided:
		return m.decided()
	}
	return m.conflict()
}

func (m Matter) decided() string {
	switch {
	case m.Settled == nil:
		return "The server has taken it since."
	case m.Swapped():
		return "It was decided that this one leads now."
	}
	return "It was decided that the other one stays in the lead."
}

func (m Matter) conflict() string {
	switch m.Kind {
	case KindPromiseSettled:
		return "The promise was settled twice, with different results; the first one stands."
	case KindScoreRecorded:
		return "The same call has two scores; the first one counts."
	case KindCallbackSet:
		if m.Reason != ReasonEarlierCallback {
			return "The case was closed by then, so nobody will call; but the customer was promised a call."
		}
	}
	switch m.Reason {
	case ReasonEarlierCallback:
		return "Two times were agreed with the customer; the earlier one stands."
	case ReasonReassigned:
		return "The case had been given to somebody else, who has it in hand."
	case ReasonStaleFence:
		return "Somebody else had taken the case by then, so theirs leads."
	case ReasonCaseClosed:
		return "The case was closed by then; what closed it leads."
	case ReasonAlreadyResolved:
		return "The case had been settled by then; what reached the server first leads."
	}
	return "It does not lead: " + m.Reason.Words() + "."
}

// Troubles says in plain words what a person should know of the case before working it: facts that wait to be
// settled, and what the rules could not decide.
func (c Case) Troubles() []string {
	var out []string
	if c.Conflict != "" {
		out = append(out, c.Conflict)
	}
	for _, d := range c.Disputed() {
		out = append(out, MatterOf(c, d).Why())
	}
	return out
}
