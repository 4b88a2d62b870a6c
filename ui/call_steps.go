package ui

import (
	"slices"
	"strings"

	"ringback/callback"
)

// chooseGuide keeps the guide of a restored draft, if it is still there in the
// same version; else it picks the one for the case.
func (s *sheet) chooseGuide(guides []callback.Guide) {
	for _, g := range guides {
		if g.ID == s.draft.Guide && g.Version == s.draft.GuideVersion {
			s.guide = g
		}
	}
	if s.guide.ID == "" {
		s.guide, _ = callback.Choose(guides, s.guideCall())
		s.draft.Guide, s.draft.GuideVersion = s.guide.ID, s.guide.Version
	}
	if s.draft.Phase == callback.PhasePrepare && s.draft.Step == 0 {
		s.draft.Step = s.firstStep()
	}
	s.draft.Step = clamp(s.draft.Step, 0, max(0, len(s.guide.Steps)-1))
}

// textAsked begins the names under which answers to the guide's questions are
// kept in the draft.
const textAsked = "asked."

// guideCall is what the guide's conditions look at, as far as it is known by
// now.
func (s *sheet) guideCall() callback.GuideCall {
	call := callback.NewGuideCall(s.view.Case)
	call.Inbound = s.direction() == callback.Inbound
	if s.draft.Root != nil {
		call.Reason = s.draft.Root.Driver
	}
	call.Answers = map[string]string{}
	for k, v := range s.draft.Texts {
		if id, ok := strings.CutPrefix(k, textAsked); ok {
			call.Answers[id] = v
		}
	}
	return call
}

// steps are the numbers of the steps that this call has, in order. The one in
// view belongs to them until it is left, even if an answer has ruled it out.
func (s *sheet) steps() []int {
	call, out := s.guideCall(), make([]int, 0, len(s.guide.Steps))
	for i, step := range s.guide.Steps {
		if i == s.draft.Step || call.Shows(step) {
			out = append(out, i)
		}
	}
	return out
}

// place tells which of how many steps is in view, from 1.
func (s *sheet) place() (at, of int) {
	steps := s.steps()
	for n, i := range steps {
		if i == s.draft.Step {
			return n + 1, len(steps)
		}
	}
	return 1, len(steps)
}

// firstStep is the first step that this call has: it is for before the call.
func (s *sheet) firstStep() int {
	call := s.guideCall()
	return max(0, slices.IndexFunc(s.guide.Steps, func(step callback.Step) bool { return call.Shows(step) }))
}

// nextStep is the step after one, or the last.
func (s *sheet) nextStep(after int) int {
	for _, i := range s.steps() {
		if i > after {
			return i
		}
	}
	return s.lastStep()
}

// stepBefore is the step before one, or the first.
func (s *sheet) stepBefore(step int) int {
	first := step
	for _, i := range s.steps() {
		if i >= step {
			break
		}
		first = i
	}
	return first
}

func (s *sheet) lastStep() int {
	steps := s.steps()
	if len(steps) == 0 {
		return 0
	}
	return steps[len(steps)-1]
}

// atLastStep tells that the guide has nothing more to show.
func (s *sheet) atLastStep() bool { return s.draft.Step >= s.lastStep() }

// follow lets the guide follow the call: the first step is for before it, the
// last for after it. It never turns back.
func (s *sheet) follow(step int) { s.draft.Step = max(s.draft.Step, step) }

// questions are those of the step in view.
func (s *sheet) questions() []callback.Question {
	if s.draft.Step >= len(s.guide.Steps) {
		return nil
	}
	return s.guide.Steps[s.draft.Step].Ask
}

func askField(q callback.Question) callField { return callField(textAsked + q.ID) }

// openQuestion gives the first question of the step in view that has no answer; the
// first if all have one. It is -1 where nothing is asked.
func (s *sheet) openQuestion() int {
	list := s.questions()
	for i, q := range list {
		if s.trimmed(askField(q)) == "" {
			return i
		}
	}
	return min(0, len(list)-1)
}

// answers are what was said to the guide's questions, in the guide's order.
func (s *sheet) answers() []callback.GuideAnswer {
	var out []callback.GuideAnswer
	for _, step := range s.guide.Steps {
		for _, q := range step.Ask {
			if said := s.trimmed(askField(q)); said != "" {
				out = append(out, callback.GuideAnswer{ID: q.ID, Question: q.Text, Answer: said})
			}
		}
	}
	return out
}
