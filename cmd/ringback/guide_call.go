package main

import (
	"strconv"
	"strings"

	"ringback/callback"
)

// forCall leaves a guide the steps that a call with these properties
// ("field=value") would have; without any it leaves all.
func forCall(g callback.Guide, when []string) (callback.Guide, error) {
	if len(when) == 0 {
		return g, nil
	}
	call := callback.GuideCall{Language: g.Language, Words: true, Answers: map[string]string{}}
	if len(g.For) > 0 {
		call.Kind = g.For[0]
	}
	for _, one := range when {
		field, value, ok := strings.Cut(one, "=")
		id, answer := strings.CutPrefix(field, "answer.")
		score, err := strconv.Atoi(value)
		switch {
		case ok && answer:
			call.Answers[id] = value
		case ok && field == "kind":
			call.Kind = callback.Kind(value)
		case ok && field == "language":
			call.Language = value
		case ok && field == "product":
			call.Product = value
		case ok && field == "reason":
			call.Reason = value
		case ok && field == "words":
			call.Words = value == "yes"
		case ok && field == "direction":
			call.Inbound = value == string(callback.Inbound)
		case ok && field == "score" && err == nil:
			call.Score = &score
		default:
			return g, callback.Errorf(callback.CodeInvalid,
				"--when %s: it is kind, language, product, reason, score, words, direction or answer.QUESTION, then = and a value", callback.Line(one))
		}
	}
	var steps []callback.Step
	for _, s := range g.Steps {
		if call.Shows(s) {
			steps = append(steps, s)
		}
	}
	g.Steps = steps
	return g, nil
}
