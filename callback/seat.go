package callback

import "slices"

// Roster is who is on a team, and what they speak and can do.
type Roster struct {
	agents map[string]Agent
	// met counts, for each need, the colleagues of whom it is said that they
	// meet it; calls counts all who call.
	met   map[needKey]int
	calls int
}

type needKey struct {
	sort NeedSort
	name string
}

// NewRoster makes a team of its colleagues. Those who have left, and trainers,
// who call nobody, do not count.
func NewRoster(list []Agent) *Roster {
	r := &Roster{agents: map[string]Agent{}, met: map[needKey]int{}}
	for _, a := range list {
		if a.Gone || a.Role == RoleTrainer {
			continue
		}
		r.agents[a.ID] = a
		r.calls++
		seen := map[needKey]bool{}
		for _, l := range a.Languages {
			seen[needKey{NeedsLanguage, languageOf(l)}] = true
		}
		for _, s := range a.Skills {
			seen[needKey{NeedsSkill, s}] = true
		}
		for k := range seen {
			r.met[k]++
		}
	}
	return r
}

// Meets tells whether it is said of anybody that they meet a need.
func (r *Roster) Meets(n Need) bool { return r != nil && r.met[needKey{n.Sort, n.Name}] > 0 }

// says tells whether anything of a sort is said of anybody.
func (r *Roster) says(sort NeedSort) bool {
	if r == nil {
		return false
	}
	for k := range r.met {
		if k.sort == sort {
			return true
		}
	}
	return false
}

// Seat is somebody in their team, for whom cases are put in order.
func (r *Roster) Seat(agent string) Seat {
	s := Seat{Agent: agent, team: r}
	if r != nil {
		s.me = r.agents[agent]
	}
	return s
}

// Seat is an agent as the serving order sees them. A Seat of an id alone is
// somebody of whose team nothing is known: they are served everything.
type Seat struct {
	Agent string
	me    Agent
	team  *Roster
}

// Meets tells whether they meet a need. Somebody of whom no language is said
// is taken to speak what comes: a team need not say anything.
func (s Seat) Meets(n Need) bool {
	if n.Sort == NeedsSkill {
		return slices.Contains(s.me.Skills, n.Name)
	}
	return len(s.me.Languages) == 0 || slices.ContainsFunc(s.me.Languages, func(l string) bool { return languageOf(l) == n.Name })
}

// asked tells whether a need counts: nobody is asked for what nobody can.
func (s Seat) asked(n Need) bool { return s.team.Meets(n) }

// alone tells of somebody who has no colleague to pass a case on to.
func (s Seat) alone() bool { return s.team != nil && s.team.calls == 1 && s.me.ID == s.Agent }

// scarce tells whether somebody on the team does not meet a need.
func (s Seat) scarce(n Need) bool {
	return s.team != nil && s.team.met[needKey{n.Sort, n.Name}] < s.team.calls
}
