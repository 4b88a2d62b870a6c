package callback

import "hash/fnv"

// Decision is what the policy makes of a response.
type Decision struct {
	// Open tells that the response owes its customer a call.
	Open bool `json:"open"`
	Kind Kind `json:"kind,omitempty"`
	Plan Plan `json:"plan,omitzero"`
	// Why says it in a few words: the stage, or that a call was asked for.
	Why string `json:"why"`
}

// Decide says whether a response opens a case, and of which kind.
func (p Policy) Decide(r Response) Decision {
	d := p.opens(r)
	if d.Open {
		d.Plan = p.deadlines(d.Kind, r)
	}
	return d
}

// opens is Decide without the deadlines, for those who look at many responses.
func (p Policy) opens(r Response) Decision {
	if r.Asked && p.Requests {
		return Decision{Open: true, Kind: KindRequest, Why: "asked for a call"}
	}
	s := p.stage(r)
	if s == nil {
		return Decision{Why: "no stage covers the score"}
	}
	if !sampled(r, s.Percent) {
		return Decision{Why: "not in the sample of " + s.Name}
	}
	kind := map[Category]Kind{Detractor: KindDetractor, Passive: KindPassive, Promoter: KindPromoter}[r.Category()]
	return Decision{Open: true, Kind: kind, Why: "stage " + s.Name}
}

// stage finds the active stage that covers a response's score.
func (p Policy) stage(r Response) *Stage {
	if r.Score == nil {
		return nil
	}
	for i, s := range p.Stages {
		if s.Active && *r.Score >= s.From && *r.Score <= s.To {
			return &p.Stages[i]
		}
	}
	return nil
}

// sampled chooses percent of all responses by a hash of their identity, so
// that a second import chooses the same ones.
func sampled(r Response, percent int) bool {
	h := fnv.New32a()
	_, _ = h.Write([]byte(r.Source + "\x00" + r.ExternalID))
	return int(h.Sum32()%100) < percent
}

// Urgent tells whether a new decision should replace the plan of a case that
// is open already: a request outranks a complaint, a worse score a better one.
func (d Decision) Urgent(c Case) bool {
	return d.Open && (c.Outside() || d.Kind == KindRequest && c.Kind != KindRequest || d.Kind == KindDetractor && (c.Kind == KindPassive || c.Kind == KindPromoter))
}
