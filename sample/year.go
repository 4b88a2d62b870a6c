package sample

import (
	"time"

	"ringback/callback"
)

// DefaultResponses is how many responses a year has unless told otherwise.
const DefaultResponses = 14000

// Options choose a year.
type Options struct {
	// Seed chooses the people and what happens to them.
	Seed uint64
	// Now is the end of the year; seconds are dropped. Zero is an error of the
	// caller's and gives the year before 2026-01-01.
	Now time.Time
	// Responses is how many there are in all, for both teams; 0 means
	// DefaultResponses. Some two hundred are needed for today's queue.
	Responses int
}

// Year is a make-believe year of two teams. It is the same for the same
// Options.
type Year struct {
	Teams []Team
	Users []User
	// Now is the minute at which the year ends, UTC.
	Now  time.Time
	seed uint64
	// answers are the responses of both teams in order of time; byID finds
	// one by its external id.
	answers []answer
	byID    map[string]*answer
}

// Make makes a year.
func Make(o Options) Year {
	if o.Responses <= 0 {
		o.Responses = DefaultResponses
	}
	if o.Now.IsZero() {
		o.Now = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	y := Year{Now: o.Now.UTC().Truncate(time.Minute), seed: o.Seed}
	y.Teams = teamsFor()
	for _, w := range staff {
		y.Users = append(y.Users, w.User)
	}
	town := newTown(o.Seed)
	customers := make([]customer, max(2*len(teamIDs), o.Responses*9/14))
	for i := range customers {
		customers[i] = town.customer(i)
	}
	town.moreNumbers(o.Seed, customers)
	p := &press{
		d: diceFor(o.Seed, "responses"), w: newWriter(o.Seed), now: y.Now,
		customers: customers, last: map[*customer][]time.Time{},
	}
	y.answers = p.print(p.sheets(o.Responses, castSheets(diceFor(o.Seed, "cast"), y.Now)))
	y.byID = make(map[string]*answer, len(y.answers))
	for i := range y.answers {
		y.byID[y.answers[i].ExternalID] = &y.answers[i]
	}
	return y
}

// Team finds a team by its id; the zero Team if there is none.
func (y Year) Team(id string) Team {
	for _, t := range y.Teams {
		if t.ID == id {
			return t
		}
	}
	return Team{}
}

// Responses gives the responses of a team in order of AnsweredAt, as rows for
// the server's intake. The rows share their scores with the year; they are to
// be read, not changed.
func (y Year) Responses(team string) []callback.Intake {
	var out []callback.Intake
	for i := range y.answers {
		if y.answers[i].customer.team == team {
			out = append(out, y.answers[i].Intake)
		}
	}
	return out
}
