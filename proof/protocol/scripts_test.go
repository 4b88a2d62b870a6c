package protocol

import "testing"

// script is a history that was written down: what no chance of a test's length would meet. unmarked tells that the
// server is one of before marks, which see so much that what they stand behind is not needed with them.
type script struct {
	unmarked     bool
	first, desks int
	steps        []told
}

// told is a step by its name.
type told struct {
	name       string
	a, b, c, d uint8
}

func (s script) history(t *testing.T) history {
	t.Helper()
	h := history{seed: 1, first: s.first, desks: uint32(s.desks)}
	for _, one := range s.steps {
		at := -1
		for i, a := range actions() {
			if a.name == one.name {
				at = i
			}
		}
		if at < 0 {
			t.Fatalf("there is no step %q", one.name)
		}
		h.steps = append(h.steps, step{at, one.a, one.b, one.c, one.d})
	}
	return h
}

// kills checks that the true rules live through the history, and gives what it breaks under a mutant.
func (s script) kills(t *testing.T, m mutant) string {
	t.Helper()
	h := s.history(t)
	rules, bad := rulesInForce(), rulesInForce()
	m.put(bad)
	rules.flaws.unmarked = s.unmarked
	bad.flaws.unmarked = bad.flaws.unmarked || s.unmarked
	if what := h.live(newWorld(rules), actions(), nil); what != "" {
		t.Fatalf("the true rules: %s", what)
	}
	return h.live(newWorld(bad), actions(), nil)
}

// scripts are the histories that kill the rarest mutants, by name.
var scripts = map[string]script{
	// A desk is told of its event, which its copy then brings to a server that was set back: behind a colleague's.
	"no mark in replies": {first: 0, desks: 15, steps: []told{
		{"sync", 0, 0, 0, 0},
		{"sync", 2, 0, 0, 0},
		{"record", 0, 0, 0, 0},
		{"backup", 0, 0, 0, 0},
		{"clone a desk", 0, 0, 0, 0},
		{"cut off after a push", 1, 0, 0, 0},
		{"restore in silence", 0, 0, 0, 0},
		{"record", 3, 0, 0, 0},
		{"sync", 3, 0, 0, 0},
		{"sync", 0, 0, 0, 0},
	}},
	// The same, and the first desk comes back when the marks of that time are gone.
	"marks believed that cannot be checked": {first: 0, desks: 15, steps: []told{
		{"sync", 0, 0, 0, 0},
		{"sync", 2, 0, 0, 0},
		{"record", 0, 0, 0, 0},
		{"backup", 0, 0, 0, 0},
		{"clone a desk", 0, 0, 0, 0},
		{"cut off after a push", 1, 0, 0, 0},
		{"restore in silence", 0, 0, 0, 0},
		{"record", 3, 0, 0, 0},
		{"sync", 3, 0, 0, 0},
		{"sync", 0, 0, 0, 0},
		{"intake", 3, 0, 0, 0},
		{"six weeks", 0, 0, 0, 0},
	}},
	// The copy of a desk gives the acknowledged number to another event, at a server that was set back.
	"ack checked by number": {unmarked: true, first: 0, desks: 15, steps: []told{
		{"sync", 0, 0, 0, 0},
		{"clone a desk", 0, 0, 0, 0},
		{"backup", 0, 0, 0, 0},
		{"record", 1, 0, 0, 0},
		{"cut off after a push", 1, 0, 0, 0},
		{"restore in silence", 0, 0, 0, 0},
		{"record", 0, 0, 0, 0},
		{"sync", 0, 0, 0, 0},
	}},
	// A do-not-call is told at a place that the backup shares, and its case has moved on there.
	"no epoch check": {unmarked: true, first: 0, desks: 5, steps: []told{
		{"record", 140, 3, 209, 13},
		{"poison", 25, 87, 24, 253},
		{"record", 38, 5, 214, 172},
		{"crash while syncing", 150, 151, 67, 212},
		{"backup", 189, 147, 216, 116},
		{"record", 52, 5, 79, 20},
		{"restore", 34, 116, 24, 183},
	}},
	// A restored server knows of an erased case by its ledger only, and refuses what a desk has recorded about it.
	"held cases not asked about": {first: 1, desks: 14, steps: []told{
		{"change of role", 103, 0, 0, 0},
		{"backup", 0, 0, 0, 0},
		{"record", 2, 0, 6, 0},
		{"sync", 2, 0, 0, 0},
		{"intake", 0, 0, 0, 0},
		{"erase a person", 0, 0, 0, 0},
		{"record", 1, 9, 5, 0},
		{"restore", 0, 0, 0, 0},
	}},
	// A do-not-call takes effect before its turn, is acknowledged, and lost in silence.
	"acknowledged before its turn": {unmarked: true, first: 2, desks: 15, steps: []told{
		{"record", 163, 0, 144, 11},
		{"poison", 186, 15, 15, 131},
		{"sync", 159, 104, 25, 176},
		{"record", 35, 0, 22, 235},
		{"backup", 212, 62, 82, 207},
		{"clone a desk", 201, 210, 250, 116},
		{"sync in trouble", 4, 112, 9, 152},
		{"restore in silence", 183, 47, 96, 46},
	}},
}
