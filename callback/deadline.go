package callback

import "time"

// AddBusiness gives the instant that lies some minutes of the business
// calendar after t, counted in a zone. Outside business hours the clock
// stands still. A calendar without hours counts the wall clock.
func (b Business) AddBusiness(t time.Time, minutes int, loc *time.Location) time.Time {
	if !b.hasHours() {
		return t.Add(time.Duration(minutes) * time.Minute).UTC()
	}
	left := time.Duration(minutes) * time.Minute
	local := t.In(loc)
	for {
		if !b.Holiday(local) {
			for _, s := range b.Hours[local.Weekday()] {
				start, end := atMinute(local, s.From), atMinute(local, s.To)
				if start.Before(local) {
					start = local
				}
				if !end.After(start) {
					continue
				}
				if open := end.Sub(start); left > open {
					left -= open
					continue
				}
				return start.Add(left).UTC()
			}
		}
		local = nextDay(local)
	}
}

// Holiday tells whether no business hours are counted on the date that t shows.
func (b Business) Holiday(t time.Time) bool {
	_, yes := holidayIn(b.Holidays, "", t)
	return yes
}

func (b Business) hasHours() bool {
	for _, day := range b.Hours {
		for _, s := range day {
			if s.To > s.From {
				return true
			}
		}
	}
	return false
}

// deadlines plans a case: its clocks start when the customer answered. A time
// that the customer asked for is the first deadline.
func (p Policy) deadlines(kind Kind, r Response) Plan {
	d := p.Deadlines[kind]
	if s := p.stage(r); s != nil && s.Deadline != nil && kind == KindDetractor {
		d = *s.Deadline
	}
	loc := p.Location()
	plan := Plan{
		FirstDue: p.Business.AddBusiness(r.AnsweredAt, d.First, loc),
		CloseDue: p.Business.AddBusiness(r.AnsweredAt, d.Close, loc),
		WallDue:  r.AnsweredAt.Add(time.Duration(d.Wall) * time.Minute).UTC(),
	}
	if r.AskedFor != nil {
		plan.FirstDue, plan.WallDue = r.AskedFor.UTC(), r.AskedFor.UTC()
		plan.NotBefore = r.AskedFor.UTC()
		plan.Reason = "The customer asked for this time."
	}
	return plan
}
