package callback

import (
	"strings"
	"testing"
)

// Every kind that a desk records is told point by point, and every sort of matter in words.
func TestEveryFactIsToldInPoints(t *testing.T) {
	for _, k := range Kinds() {
		if !k.Desk {
			continue
		}
		p := points(Case{}, k.Kind, event(t, "e", t0, 1, k.Sample()).Payload)
		if len(p) == 0 || p[0].Label == "event" {
			t.Errorf("%s is told as %+v", k.Kind, p)
		}
	}
	for _, p := range pairs {
		c, v := Apply(DefaultPolicy("main"), play(t, p.earlier), p.later.event(t, "late"))
		for _, d := range c.Disputed() {
			m := MatterOf(c, d)
			if m.Why() == "" || strings.Contains(m.Why(), "_") || m.Title() == "" || m.Stated.Empty() || m.Leads.Empty() {
				t.Errorf("%s (%v): %+v", p.name, v, m)
			}
		}
		if len(c.Disputed()) != len(c.Troubles()) {
			t.Errorf("%s: %q", p.name, c.Troubles())
		}
	}
}

// What may be done about a matter, and by whom.
func TestWhoMayDoWhatAboutAMatter(t *testing.T) {
	c, _ := disputed(t)
	conflict := MatterOf(c, c.Disputed()[0])
	incident, notice, refused := conflict, conflict, conflict
	incident.Sort, notice.Sort, refused.Sort, refused.Journal = MatterIncident, MatterNotice, MatterRefused, true
	for _, x := range []struct {
		name       string
		m          Matter
		agent      string
		supervisor bool
		want       May
	}{
		{"who stated it", conflict, "anna", false, May{Keep: true, Ask: true}},
		{"who leads", conflict, "boris", false, May{}},
		{"a supervisor", conflict, "sue", true, May{Keep: true, Lead: true}},
		{"a supervisor's own", conflict, "anna", true, May{Keep: true, Lead: true}},
		{"an incident, its agent", incident, "anna", false, May{}},
		{"an incident, a supervisor", incident, "sue", true, May{Keep: true}},
		{"a notice", notice, "boris", false, May{Keep: true}},
		{"a refusal", refused, "anna", false, May{Retry: true, See: true}},
	} {
		if got := x.m.Allow(x.agent, x.supervisor).May; got != x.want {
			t.Errorf("%s: %+v, want %+v", x.name, got, x.want)
		}
	}
	if !conflict.Concerns(c, "anna", false) || conflict.Concerns(c, "boris", false) || !conflict.Concerns(c, "sue", true) {
		t.Error("a conflict is for whoever does not lead, and for supervisors")
	}
}
