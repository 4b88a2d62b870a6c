package callback

import "fmt"

// KindScoreRecorded is the word of ScoreRecorded.
const KindScoreRecorded EventKind = "score.recorded"

// ScoreRecorded is a score given outside a recorded call.
type ScoreRecorded struct {
	Role        ScoreRole `json:"role"`
	Answer      Answer    `json:"answer"`
	CollectedBy string    `json:"collected_by" erase:"id"`
	Mode        string    `json:"mode"`
	Comment     string    `json:"comment,omitempty"`
	// AttemptID is the call that the score was given on, if it was one.
	AttemptID string `json:"attempt_id,omitempty" erase:"id"`
}

// Kind implements Payload.
func (*ScoreRecorded) Kind() EventKind { return KindScoreRecorded }

// Validate implements Payload.
func (s *ScoreRecorded) Validate() error {
	if s.Role != Rescore && s.Role != Resurvey {
		return fmt.Errorf("role is %q; it is rescore or resurvey", s.Role)
	}
	if s.CollectedBy == "" {
		return fmt.Errorf("collected_by is empty")
	}
	return s.Answer.Validate()
}

// apply puts the score on record. Of two in the same role on one call the first
// counts: a second one is often kinder, and only a person may let it lead.
func (s *ScoreRecorded) apply(f *fold) {
	var why Reason
	for _, first := range f.c.Scores {
		if s.AttemptID != "" && first.AttemptID == s.AttemptID && first.Role == s.Role && first.Shadowed == "" {
			why = ReasonAlreadyScored
			f.shadow(why)
			f.dispute(why, first.ID)
		}
	}
	f.c.Scores = append(f.c.Scores, Score{
		ID: f.e.ID, Value: s.Answer.Value, Answer: s.Answer.Answer, Role: s.Role, CollectedBy: s.CollectedBy,
		Mode: s.Mode, At: f.e.EffectiveAt(), Wording: s.Answer.Wording, Comment: s.Comment, AttemptID: s.AttemptID, Shadowed: why,
	})
}

func sampleScoreRecorded() Payload {
	eight := 8
	return &ScoreRecorded{Role: Resurvey, Answer: Answer{Answer: Answered, Value: &eight, Wording: "nps-1"}, CollectedBy: "self", Mode: "email"}
}
