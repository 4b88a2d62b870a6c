package callback

import "encoding/json"

// points says what a fact states, point by point. What cannot be read says so.
func points(c Case, kind EventKind, payload json.RawMessage) []Point {
	p, err := Event{Kind: kind, Payload: payload}.Decode()
	if err != nil {
		return []Point{{Label: "event", Text: string(kind)}}
	}
	switch p := p.(type) {
	case *CallRecorded:
		return p.points()
	case *CallbackSet:
		return []Point{{Label: "callback", At: p.Callback.At}}
	case *ScoreRecorded:
		return []Point{scorePoint(p.Answer.Answer, p.Answer.Value)}
	case *PromiseMade:
		return []Point{{Label: "promise", Text: p.Promise.Text, At: p.Promise.Due}}
	case *PromiseSettled:
		return p.points(c)
	case *NumberAdded:
		return p.points()
	case *NoteAdded:
		return []Point{{Label: "note", Text: p.Text}}
	case *CaseSkipped:
		return []Point{{Label: "skipped", Text: p.Reason}}
	case *SuppressRequested:
		return []Point{{Label: "never call again", Text: p.Reason}}
	case *CaseAssigned:
		return []Point{{Label: "given to", Text: p.To}}
	case *CaseClosed:
		return []Point{{Label: "closed as", Text: string(p.Resolution)}, {Label: "note", Text: p.Note}}
	case *CaseReopened:
		return []Point{{Label: "reopened", Text: p.Reason}}
	case *EventAmended:
		return []Point{{Label: "settled", Text: string(p.Act)}, {Label: "reason", Text: p.Reason}}
	}
	return floorPoints(p)
}

// floorPoints says what facts of the floor state: escalations, reviews.
func floorPoints(p Payload) []Point {
	switch p := p.(type) {
	case *CaseEscalated:
		return []Point{{Label: "escalated", Text: p.Reason}}
	case *EscalationTaken:
		return []Point{{Label: "escalation", Text: "taken"}}
	case *EscalationReturned:
		return []Point{{Label: "returned", Text: p.Words}}
	case *EscalationResolved:
		return []Point{{Label: "escalation resolved", Text: p.Words}}
	case *ReviewSettled:
		return []Point{{Label: "review settled", Text: p.Words}}
	case *AdHocOpened:
		return []Point{{Label: "ad-hoc call", Text: firstWords(p.Customer.Name, p.Customer.Phone.E164)}, {Label: "reason", Text: p.Reason}}
	case *Undone:
		return []Point{{Label: "taken back"}}
	}
	return []Point{{Label: "event", Text: string(p.Kind())}}
}

func (r *CallRecorded) points() []Point {
	rule, _ := r.Disposition.Rule()
	out := []Point{{Label: "call", Text: rule.Meaning}}
	if r.Rescore != nil {
		out = append(out, scorePoint(r.Rescore.Answer, r.Rescore.Value))
	}
	if r.Callback != nil {
		out = append(out, Point{Label: "callback", At: r.Callback.At})
	}
	for _, p := range r.Promises {
		out = append(out, Point{Label: "promise", Text: p.Text, At: p.Due})
	}
	if r.Root != nil {
		text := r.Root.Driver
		if r.Root.Cause != "" {
			text += ", " + r.Root.Cause
		}
		out = append(out, Point{Label: "root cause", Text: text})
	}
	if r.Note != "" {
		out = append(out, Point{Label: "note", Text: r.Note})
	}
	return out
}

func (a *NumberAdded) points() []Point {
	out := []Point{{Label: "number", Text: a.Phone.E164}}
	if a.Replaces != "" {
		out = append(out, Point{Label: "in place of", Text: a.Replaces})
	}
	return out
}

func (s *PromiseSettled) points(c Case) []Point {
	out := []Point{{Label: "settled as", Text: string(s.Status)}}
	for _, p := range c.Promises {
		if p.ID == s.PromiseID {
			out = append([]Point{{Label: "promise", Text: p.Text}}, out...)
		}
	}
	if s.Note != "" {
		out = append(out, Point{Label: "note", Text: s.Note})
	}
	return out
}

func into(raw json.RawMessage, v any) bool { return json.Unmarshal(raw, v) == nil }
