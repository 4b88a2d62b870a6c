package callback

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Trial replays a queue under a changed policy: what would move if it were put
// in force. Plans that were made stay as they are, as they would.
type Trial struct {
	now, next Policy
	// sameSignals tells that both listen for the same words.
	sameSignals bool
	who         Seat
	at          time.Time
	seen        []tried
	unopened    int
	unmet       map[Need]int
	peace       trialPeace
}

// tried is an open case in both queues.
type tried struct {
	id, customer string
	answered     time.Time
	before       Place
	after        Place
}

// Move is an open case whose place would change. Positions count from 1.
type Move struct {
	// Itself tells that its own tier, points or readiness would change; else it
	// only makes room for others, or takes theirs.
	Itself   bool   `json:"itself"`
	ID       string `json:"id"`
	Customer string `json:"customer"`
	From     int    `json:"from"`
	To       int    `json:"to"`
	Before   Place  `json:"before"`
	After    Place  `json:"after"`
}

// Trial begins a replay of an agent's queue at an instant: p is in force, next
// would replace it.
func (p Policy) Trial(next Policy, who Seat, at time.Time) *Trial {
	return &Trial{
		now: p, next: next, sameSignals: slices.Equal(p.Signals, next.Signals), who: who, at: at,
		unmet: map[Need]int{}, peace: trialPeace{left: map[string][]triedPeace{}},
	}
}

// Add puts a case into both queues; one that nobody is served is left out.
func (t *Trial) Add(c Case) {
	before, ok := RankOf(t.now, c)
	if !ok {
		return
	}
	heard := before.Signal
	if !t.sameSignals {
		heard = signal(t.next, c.Response())
	}
	after := rankWith(t.next, c, heard)
	t.seen = append(t.seen, tried{
		id: c.ID, customer: c.Customer.Name, answered: before.AnsweredAt,
		before: before.PlaceFor(t.now, t.who, t.at), after: after.PlaceFor(t.next, t.who, t.at),
	})
	for _, n := range after.Needs {
		if n.Until = (time.Time{}); t.who.team.says(n.Sort) && !t.who.team.Meets(n) {
			t.unmet[n]++
		}
	}
	if len(c.Responses) > 0 && t.now.opens(c.Opening()).Open && !t.next.opens(c.Opening()).Open {
		t.unopened++
	}
	t.peace.opened(c)
}

// Cases counts the cases that were replayed.
func (t *Trial) Cases() int { return len(t.seen) }

// Unopened counts the cases that the changed policy would not open any more.
// Those that are open stay open.
func (t *Trial) Unopened() int { return t.unopened }

// Unmet is a language or a skill that open cases ask for, and that nobody on
// the team is said to have. Anyone is served them.
type Unmet struct {
	Language string `json:"language,omitempty"`
	Skill    string `json:"skill,omitempty"`
	Cases    int    `json:"cases"`
}

// Words says it for a person.
func (u Unmet) Words() string {
	if u.Language != "" {
		return fmt.Sprintf("%s: %d of the open cases; nobody on the team is said to speak it, so anyone is served them.", LanguageName(u.Language), u.Cases)
	}
	if u.Cases == 0 {
		return fmt.Sprintf("Skill %s: nobody on the team is said to have it, so anyone is served what asks for it.", u.Skill)
	}
	return fmt.Sprintf("Skill %s: %d of the open cases ask for it; nobody on the team is said to have it, so anyone is served them.", u.Skill, u.Cases)
}

// Unmanned lists the skills that a policy's rules ask for and nobody on the team
// is said to have, each once, in their order. Of a team of whose skills nothing
// is said it lists nothing.
func (p Policy) Unmanned(team *Roster) []Unmet {
	var out []Unmet
	for _, s := range p.Routing.Skills {
		u := Unmet{Skill: s.Skill}
		if s.Match != "" && team.says(NeedsSkill) && !team.Meets(Need{Sort: NeedsSkill, Name: s.Skill}) && !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	return out
}

// Unmet lists what the open cases would ask for in vain, the most wanted first.
// Of a team of which nothing is said it lists nothing.
func (t *Trial) Unmet() []Unmet {
	out := []Unmet{}
	for n, cases := range t.unmet {
		u := Unmet{Skill: n.Name, Cases: cases}
		if n.Sort == NeedsLanguage {
			u.Language, u.Skill = n.Name, ""
		}
		out = append(out, u)
	}
	slices.SortFunc(out, func(a, b Unmet) int {
		return cmp.Or(b.Cases-a.Cases, cmp.Compare(a.Language, b.Language), cmp.Compare(a.Skill, b.Skill))
	})
	return out
}

// Ready counts the cases that may be called at once, before and after.
func (t *Trial) Ready() (before, after int) {
	for _, s := range t.seen {
		if s.before.Ready {
			before++
		}
		if s.after.Ready {
			after++
		}
	}
	return before, after
}

// Moves gives the cases whose position, tier, readiness or reason to wait
// would change, in the order of the new queue.
func (t *Trial) Moves() []Move {
	from := t.positions(func(s tried) Place { return s.before })
	to := t.positions(func(s tried) Place { return s.after })
	out := []Move{}
	for _, s := range t.seen {
		m := Move{ID: s.id, Customer: s.customer, From: from[s.id], To: to[s.id], Before: s.before, After: s.after}
		differs := m.Before.Tier != m.After.Tier || m.Before.Wait != m.After.Wait || !m.Before.At.Equal(m.After.At)
		m.Itself = differs || m.Before.Points != m.After.Points
		if m.From != m.To || differs {
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b Move) int { return a.To - b.To })
	return out
}

// positions numbers the cases in the order of one of the queues.
func (t *Trial) positions(place func(tried) Place) map[string]int {
	list := slices.Clone(t.seen)
	slices.SortFunc(list, func(a, b tried) int {
		switch pa, pb := place(a), place(b); {
		case pa.Before(pb):
			return -1
		case pb.Before(pa):
			return 1
		}
		if c := a.answered.Compare(b.answered); c != 0 {
			return c
		}
		return strings.Compare(a.id, b.id)
	})
	out := make(map[string]int, len(list))
	for i, s := range list {
		out[s.id] = i + 1
	}
	return out
}
