package sample

import (
	"time"
)

// role is what a case of today's queue has to show.
type role string

const (
	roleFresh     role = "within its deadline, untouched"
	roleOverdue   role = "past its deadline, untouched"
	roleRequest   role = "asked for a call, untouched"
	roleLater     role = "asked for a later time"
	roleAsleep    role = "outside calling hours"
	roleMine      role = "callback due, one agent's"
	roleAnyone    role = "callback due, anyone's"
	roleMissed    role = "callback missed by its owner"
	roleToday     role = "callback in some hours"
	roleRetry     role = "tried before, waiting"
	rolePromise   role = "promise under way"
	roleLate      role = "promise overdue"
	roleEscalated role = "escalated"
	roleReturned  role = "returned by the supervisor"
	roleReview    role = "skipped until review"
	roleStop      role = "do not call"
)

// part is a role played in a team; the zero part is nobody's.
type part struct {
	team string
	role role
	// turn numbers the parts of a role within a team.
	turn int
}

// casting says how many cases of today's queue play each role in a team, how
// long before now they answered, and of which sort they are.
var casting = []struct {
	role     role
	count    int
	from, to time.Duration
	mood     mood
}{
	{roleFresh, 8, 40 * time.Minute, 18 * time.Hour, aDetractor},
	{roleOverdue, 8, 5 * 24 * time.Hour, 12 * 24 * time.Hour, aDetractor},
	{roleRequest, 5, 15 * time.Minute, 9 * time.Hour, aRequest},
	{roleRequest, 3, 4 * 24 * time.Hour, 7 * 24 * time.Hour, aRequest},
	{roleLater, 2, 3 * time.Hour, 20 * time.Hour, aRequest},
	{roleAsleep, 5, time.Hour, 30 * time.Hour, aDetractor},
	{roleMine, 4, 6 * 24 * time.Hour, 13 * 24 * time.Hour, aDetractor},
	{roleAnyone, 2, 6 * 24 * time.Hour, 13 * 24 * time.Hour, aDetractor},
	{roleMissed, 1, 6 * 24 * time.Hour, 13 * 24 * time.Hour, aDetractor},
	{roleToday, 3, 6 * 24 * time.Hour, 13 * 24 * time.Hour, aRequest},
	{roleRetry, 6, 6 * 24 * time.Hour, 11 * 24 * time.Hour, aDetractor},
	{rolePromise, 3, 6 * 24 * time.Hour, 12 * 24 * time.Hour, aDetractor},
	{roleLate, 2, 8 * 24 * time.Hour, 14 * 24 * time.Hour, aDetractor},
	{roleEscalated, 2, 7 * 24 * time.Hour, 12 * 24 * time.Hour, aDetractor},
	{roleReturned, 1, 7 * 24 * time.Hour, 12 * 24 * time.Hour, aDetractor},
	{roleReview, 2, 7 * 24 * time.Hour, 12 * 24 * time.Hour, aDetractor},
	{roleStop, 1, 7 * 24 * time.Hour, 12 * 24 * time.Hour, aDetractor},
}

// castSheets plans the responses behind today's queue.
func castSheets(d dice, now time.Time) []sheet {
	var out []sheet
	for _, team := range teamIDs {
		turns := map[role]int{}
		for _, c := range casting {
			for range c.count {
				at := now.Add(-d.span(c.from, c.to)).Truncate(time.Second)
				out = append(out, sheet{at: at, mood: c.mood, part: part{team: team, role: c.role, turn: turns[c.role]}})
				turns[c.role]++
			}
		}
	}
	return out
}

// suits tells whether a customer can play the part: of the right team, and
// with the right time of day where they live.
func (p part) suits(c *customer, now time.Time) bool {
	if p.role == "" {
		return true
	}
	if c.team != p.team {
		return false
	}
	hour := now.In(location(c.phone.Zones[0])).Hour()
	switch p.role {
	case roleFresh, roleOverdue, roleRequest:
		return hour >= 9 && hour < 20
	case roleMine, roleAnyone, roleMissed:
		return hour >= 9 && hour < 20
	case roleToday:
		return hour >= 8 && hour < 17
	case roleAsleep:
		return hour < 7 || hour >= 22
	}
	return true
}

// easyShare is the share of customers who usually pick up.
const easyShare = 0.52

// stage sets what the part needs of the response itself.
func (p part) stage(d dice, a *answer, now time.Time) {
	a.easy = true
	switch p.role {
	case roleLater:
		at := quarter(askedTime(d, a.customer, now.Add(d.span(90*time.Minute, 20*time.Hour))))
		a.AskedFor = &at
	case roleRequest, roleToday:
		a.AskedFor = nil
	}
}

// untouched tells whether a case of the part is left for today as it came.
func (p part) untouched() bool {
	switch p.role {
	case roleFresh, roleOverdue, roleRequest, roleLater, roleAsleep:
		return true
	}
	return false
}
