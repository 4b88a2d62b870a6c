package callback

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
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

// Whoever decides which call leads reads what the other one promised, and not what was
// promised by somebody else or in a later call.
func TestWhatLeadsTellsItsPromises(t *testing.T) {
	due := t0.Add(30 * time.Hour)
	promise := func(id, text, by string, made time.Time) Promise {
		return Promise{ID: id, Text: text, Owner: by, Due: due, MadeAt: made, MadeBy: by, Status: PromiseOpen}
	}
	c := Case{
		ID: "c1", State: InProgress,
		Attempts: []Attempt{
			{ID: "a1", EventID: "e1", Agent: "anna", At: t0, Disposition: TalkedPromise, Note: "Wants it in writing."},
			{ID: "a2", EventID: "e2", Agent: "boris", At: t0.Add(time.Minute), Disposition: TalkedResolved},
			{ID: "a3", EventID: "e3", Agent: "anna", At: t0.Add(3 * time.Hour), Disposition: TalkedPromise},
		},
		Promises: []Promise{
			promise("p1", "A voucher", "anna", t0.Add(4*time.Minute)),
			promise("p2", "A letter", "anna", t0.Add(4*time.Hour)),
			promise("p3", "A visit", "chen", t0.Add(4*time.Minute)),
		},
	}
	d := Dispute{EventID: "e2", Kind: KindCallRecorded, By: "boris", At: t0, Over: "e1", Reason: ReasonStaleFence}
	want := []Point{{Label: "call", Text: "Talked, promise made"}, {Label: "promise", Text: "A voucher", At: due}, {Label: "note", Text: "Wants it in writing."}}
	if diff := cmp.Diff(want, MatterOf(c, d).Leads.Points); diff != "" {
		t.Error(diff)
	}
}
