package sample

import (
	"time"

	"ringback/callback"
)

// Team is one of the two teams of the make-believe firm.
type Team struct {
	ID   string
	Name string
	// Zone is the team's IANA zone.
	Zone   string
	Policy callback.Policy
}

// User is somebody who works there.
type User struct {
	// ID is the login word; events name it as their agent.
	ID   string
	Name string
	Role callback.UserRole
	Team string
}

// teamIDs are the teams in the order in which everything is dealt to them.
var teamIDs = []string{"north", "south"}

// worker is what the year knows of an agent beyond the account.
type worker struct {
	User
	// reach, win and share are the agent's knack of getting people on the
	// line, of winning them back, and share of the calls, around 1.
	reach, win, share float64
	// since is how long before Now the agent began; 0 is before the year.
	since time.Duration
	// skew is how far the agent's desk is behind the server's clock.
	skew time.Duration
}

const newcomerSince = 45 * 24 * time.Hour

// staff is everybody. In each team one agent is better than the rest; north
// has a weak one and one who is new.
var staff = []worker{
	{User: User{"maya", "Maya Okafor", callback.RoleAgent, "north"}, reach: 1.12, win: 1.6, share: 1.1},
	{User: User{"tomasz", "Tomasz Wilk", callback.RoleAgent, "north"}, reach: 1, win: 1, share: 1, skew: 420 * time.Millisecond},
	{User: User{"callum", "Callum Reid", callback.RoleAgent, "north"}, reach: 0.92, win: 0.5, share: 0.9, skew: -1300 * time.Millisecond},
	{User: User{"ines", "Inês Duarte", callback.RoleAgent, "north"}, reach: 1, win: 0.95, share: 0.5, since: newcomerSince},
	{User: User{"greta", "Greta Lindholm", callback.RoleSupervisor, "north"}},
	{User: User{"yusuf", "Yusuf Demir", callback.RoleTrainer, "north"}},
	{User: User{"aroha", "Aroha Ngata", callback.RoleAgent, "south"}, reach: 1.2, win: 1.8, share: 1.1},
	{User: User{"daniel", "Daniel Kim", callback.RoleAgent, "south"}, reach: 1, win: 0.85, share: 1, skew: 90 * time.Millisecond},
	{User: User{"priya", "Priya Raman", callback.RoleAgent, "south"}, reach: 1, win: 0.92, share: 1},
	{User: User{"lucas", "Lucas Ferreira", callback.RoleAgent, "south"}, reach: 0.97, win: 0.85, share: 0.8, skew: 2100 * time.Millisecond},
	{User: User{"naomi", "Naomi Sato", callback.RoleSupervisor, "south"}},
	{User: User{"olena", "Olena Koval", callback.RoleTrainer, "south"}},
	{User: User{"sam", "Sam Whitfield", callback.RoleAdmin, "north"}},
}

// at tells whether a worker had begun by an instant.
func (w worker) at(t, now time.Time) bool {
	return w.since == 0 || !t.Before(now.Add(-w.since))
}

// away tells whether a worker is on leave on a local date: three weeks a year,
// each in a week of its own, and now and then a day of illness.
func (w worker) away(local time.Time) bool {
	_, week := local.ISOWeek()
	n := 0
	for _, r := range w.ID {
		n = n*31 + int(r)
	}
	n = max(n, -n)
	if k := n % 17; week == k+2 || week == k+19 || week == k+34 {
		return true
	}
	return (local.YearDay()*7+n)%61 == 0
}

func teamsFor() []Team {
	zones := map[string]string{"north": "Europe/London", "south": "Australia/Sydney"}
	holidays := map[string]string{"north": "gb", "south": "au-nsw"}
	names := map[string]string{"north": "North", "south": "South"}
	var out []Team
	for _, id := range teamIDs {
		p := callback.DefaultPolicy(id)
		p.Zone, p.Company = zones[id], "Heron"
		p.Business.Holidays = []string{holidays[id]}
		out = append(out, Team{ID: id, Name: names[id], Zone: p.Zone, Policy: p})
	}
	return out
}
