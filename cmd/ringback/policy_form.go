package main

import (
	"time"

	"ringback/callback"
)

// policyForm is a policy as people write it in YAML: the fields of its JSON,
// with durations such as 72h, hours such as 09:00-20:30, and weekdays by name.
type policyForm struct {
	Schema    int                            `yaml:"schema"`
	Team      string                         `yaml:"team"`
	Version   int                            `yaml:"version"`
	Zone      string                         `yaml:"zone"`
	Company   string                         `yaml:"company,omitempty"`
	Requests  bool                           `yaml:"requests"`
	Stages    []stageForm                    `yaml:"stages"`
	Deadlines map[callback.Kind]deadlineForm `yaml:"deadlines"`
	Business  businessForm                   `yaml:"business"`
	Windows   []windowForm                   `yaml:"windows"`
	Legal     spanForm                       `yaml:"legal"`
	Retry     retryForm                      `yaml:"retry"`
	Bands     []bandForm                     `yaml:"bands"`
	Callbacks callbackForm                   `yaml:"callbacks"`
	Ageing    ageingForm                     `yaml:"ageing"`
	CoolOff   coolOffForm                    `yaml:"cool_off"`
	Leases    leaseForm                      `yaml:"leases"`
	Floor     floorForm                      `yaml:"floor"`
	Weights   weightForm                     `yaml:"weights"`
	Routing   *routingForm                   `yaml:"routing,omitempty"`
	Signals   []string                       `yaml:"signals,omitempty"`
	Wordings  []wordingForm                  `yaml:"wordings"`
	Causes    []driverForm                   `yaml:"causes"`
	Goals     goalForm                       `yaml:"goals"`
	Custom    []customForm                   `yaml:"custom_dispositions,omitempty"`
}

type stageForm struct {
	Name     string        `yaml:"name"`
	From     int           `yaml:"from"`
	To       int           `yaml:"to"`
	Percent  int           `yaml:"percent"`
	Active   bool          `yaml:"active"`
	Deadline *deadlineForm `yaml:"deadline,omitempty"`
}

type deadlineForm struct {
	First minutes `yaml:"first"`
	Close minutes `yaml:"close"`
	Wall  minutes `yaml:"wall"`
}

type businessForm struct {
	Hours    weekForm `yaml:"hours"`
	Holidays []string `yaml:"holidays,omitempty"`
}

type windowForm struct {
	Region   string   `yaml:"region,omitempty"`
	Hours    weekForm `yaml:"hours"`
	Holidays []string `yaml:"holidays,omitempty"`
	Source   string   `yaml:"source,omitempty"`
}

type retryForm struct {
	Delays        map[callback.Disposition]minutes `yaml:"delay"`
	Again         map[callback.Disposition]minutes `yaml:"again,omitempty"`
	Backoff       []int                            `yaml:"backoff,flow"`
	Rotate        []callback.Disposition           `yaml:"rotate,flow"`
	MinApart      minutes                          `yaml:"min_apart"`
	Unspaced      []callback.Disposition           `yaml:"unspaced,flow"`
	MaxAttempts   int                              `yaml:"max_attempts"`
	WithinDays    int                              `yaml:"within_business_days,omitempty"`
	PerDay        int                              `yaml:"per_day"`
	PerNumber     int                              `yaml:"per_number"`
	PerPersonWeek int                              `yaml:"per_person_week"`
	MaxVoicemails int                              `yaml:"max_voicemails"`
	MaxAgeDays    int                              `yaml:"max_age_days"`
	SkipsToReview int                              `yaml:"skips_to_review"`
}

type bandForm struct {
	Name  string        `yaml:"name"`
	Days  []weekdayForm `yaml:"days,flow"`
	Hours spanForm      `yaml:"hours"`
}

type callbackForm struct {
	Remind       minutes `yaml:"remind"`
	OpenToAnyone minutes `yaml:"open_to_anyone"`
	MaxAhead     int     `yaml:"max_ahead_days"`
	Again        minutes `yaml:"again"`
	MaxMoves     int     `yaml:"max_moves"`
}

func callbackFormOf(r callback.CallbackRules) callbackForm {
	return callbackForm{minutes(r.Remind), minutes(r.OpenToAnyone), r.MaxAhead, minutes(r.Again), r.MaxMoves}
}

func (f callbackForm) rules() callback.CallbackRules {
	return callback.CallbackRules{
		Remind: int(f.Remind), OpenToAnyone: int(f.OpenToAnyone), MaxAhead: f.MaxAhead, Again: int(f.Again), MaxMoves: f.MaxMoves,
	}
}

type ageingForm struct {
	Spare            []callback.Spared `yaml:"spare,flow"`
	AfterAppointment minutes           `yaml:"after_appointment"`
	ForAPerson       minutes           `yaml:"for_a_person"`
}

func ageingFormOf(r callback.AgeingRules) ageingForm {
	return ageingForm{r.Spare, minutes(r.AfterAppointment), minutes(r.ForAPerson)}
}

func (f ageingForm) rules() callback.AgeingRules {
	return callback.AgeingRules{Spare: f.Spare, AfterAppointment: int(f.AfterAppointment), ForAPerson: int(f.ForAPerson)}
}

type coolOffForm struct {
	Talk      int      `yaml:"talk_days"`
	Refusal   int      `yaml:"refusal_days"`
	Unreached int      `yaml:"unreached_days"`
	Spare     []string `yaml:"spare,flow"`
	Survey    int      `yaml:"survey_days"`
	Resurvey  int      `yaml:"resurvey_days"`
}

type leaseForm struct {
	Preview  minutes `yaml:"preview"`
	InCall   minutes `yaml:"in_call"`
	PackSize int     `yaml:"pack_size"`
	PackFor  minutes `yaml:"pack"`
}

type floorForm struct {
	Escalation   minutes `yaml:"escalation"`
	PromiseGrace minutes `yaml:"promise_grace"`
	SharedNumber int     `yaml:"shared_number"`
}

func floorFormOf(r callback.FloorRules) floorForm {
	return floorForm{minutes(r.Escalation), minutes(r.PromiseGrace), r.SharedNumber}
}

func (f floorForm) rules() callback.FloorRules {
	return callback.FloorRules{Escalation: int(f.Escalation), PromiseGrace: int(f.PromiseGrace), SharedNumber: f.SharedNumber}
}

type weightForm struct {
	SLA      float64 `yaml:"sla"`
	Severity float64 `yaml:"severity"`
	Value    float64 `yaml:"value"`
	Role     float64 `yaml:"role"`
	Reach    float64 `yaml:"reachability"`
	Repeat   float64 `yaml:"repeat"`
	Signal   float64 `yaml:"signal"`
	Attempts float64 `yaml:"attempts"`
}

type wordingForm struct {
	ID       string `yaml:"id"`
	Language string `yaml:"language"`
	Text     string `yaml:"text"`
}

type driverForm struct {
	Name   string   `yaml:"name"`
	Causes []string `yaml:"causes,omitempty"`
}

type goalForm struct {
	Within    int     `yaml:"within_percent"`
	WithinMin minutes `yaml:"within"`
}

type customForm struct {
	Code     string               `yaml:"code"`
	Name     string               `yaml:"name"`
	Standard callback.Disposition `yaml:"standard"`
}

// formOf writes a policy the way people do.
func formOf(p callback.Policy) policyForm {
	f := policyForm{
		Schema: p.Schema, Team: p.Team, Version: p.Version, Zone: p.Zone, Company: p.Company, Requests: p.Requests,
		Deadlines: mapped(p.Deadlines, deadlineFormOf), Business: businessForm{weekFormOf(p.Business.Hours), p.Business.Holidays},
		Legal: spanForm(p.Legal), Callbacks: callbackFormOf(p.Callbacks), Ageing: ageingFormOf(p.AgeingInForce()),
		CoolOff: coolOffForm(p.CoolOffInForce()),
		Leases:  leaseForm{minutes(p.Leases.Preview), minutes(p.Leases.InCall), p.Leases.PackSize, minutes(p.Leases.PackFor)},
		Floor:   floorFormOf(p.FloorInForce()),
		Weights: weightForm(p.Weights), Routing: routingFormOf(p.Routing), Signals: p.Signals, Goals: goalForm{p.Goals.Within, minutes(p.Goals.WithinMin)},
		Wordings: each(p.Wordings, func(w callback.Wording) wordingForm { return wordingForm(w) }),
		Causes:   each(p.Causes, func(d callback.Driver) driverForm { return driverForm(d) }),
		Custom:   each(p.Custom, func(d callback.CustomDisposition) customForm { return customForm(d) }),
		Stages: each(p.Stages, func(s callback.Stage) stageForm {
			out := stageForm{s.Name, s.From, s.To, s.Percent, s.Active, nil}
			if s.Deadline != nil {
				d := deadlineFormOf(*s.Deadline)
				out.Deadline = &d
			}
			return out
		}),
		Windows: each(p.Windows, func(w callback.Window) windowForm {
			return windowForm{w.Region, weekFormOf(w.Hours), w.Holidays, w.Source}
		}),
		Bands: each(p.Bands, func(b callback.Band) bandForm {
			return bandForm{b.Name, each(b.Days, func(d time.Weekday) weekdayForm { return weekdayForm(d) }), spanForm(b.Span)}
		}),
	}
	r := p.Retry
	toMinutes := func(n int) minutes { return minutes(n) }
	f.Retry = retryForm{
		mapped(r.Delays, toMinutes), mapped(r.Again, toMinutes), r.Backoff, r.Rotate, minutes(r.MinApart), r.Unspaced,
		r.MaxAttempts, r.WithinDays, r.PerDay, r.PerNumber, r.PerPersonWeek, r.MaxVoicemails, r.MaxAgeDays, r.SkipsToReview,
	}
	return f
}

// policy is formOf turned round.
func (f policyForm) policy() callback.Policy {
	p := callback.Policy{
		Schema: f.Schema, Team: f.Team, Version: f.Version, Zone: f.Zone, Company: f.Company, Requests: f.Requests,
		Deadlines: mapped(f.Deadlines, deadlineForm.deadline), Business: callback.Business{Hours: f.Business.Hours.week(), Holidays: f.Business.Holidays},
		Legal: callback.Span(f.Legal), Callbacks: f.Callbacks.rules(), Ageing: f.Ageing.rules(),
		CoolOff: callback.CoolOffRules(f.CoolOff),
		Leases: callback.LeaseRules{
			Preview: int(f.Leases.Preview), InCall: int(f.Leases.InCall), PackSize: f.Leases.PackSize, PackFor: int(f.Leases.PackFor),
		},
		Floor:   f.Floor.rules(),
		Weights: callback.Weights(f.Weights), Routing: f.Routing.rules(), Signals: f.Signals, Goals: callback.Goals{Within: f.Goals.Within, WithinMin: int(f.Goals.WithinMin)},
		Wordings: each(f.Wordings, func(w wordingForm) callback.Wording { return callback.Wording(w) }),
		Causes:   each(f.Causes, func(d driverForm) callback.Driver { return callback.Driver(d) }),
		Custom:   each(f.Custom, func(d customForm) callback.CustomDisposition { return callback.CustomDisposition(d) }),
		Stages: each(f.Stages, func(s stageForm) callback.Stage {
			out := callback.Stage{Name: s.Name, From: s.From, To: s.To, Percent: s.Percent, Active: s.Active}
			if s.Deadline != nil {
				d := s.Deadline.deadline()
				out.Deadline = &d
			}
			return out
		}),
		Windows: each(f.Windows, func(w windowForm) callback.Window {
			return callback.Window{Region: w.Region, Hours: w.Hours.week(), Holidays: w.Holidays, Source: w.Source}
		}),
		Bands: each(f.Bands, func(b bandForm) callback.Band {
			days := each(b.Days, func(d weekdayForm) time.Weekday { return time.Weekday(d) })
			return callback.Band{Name: b.Name, Days: days, Span: callback.Span(b.Hours)}
		}),
	}
	r := f.Retry
	toInt := func(m minutes) int { return int(m) }
	p.Retry = callback.RetryRules{
		Delays: mapped(r.Delays, toInt), Again: mapped(r.Again, toInt), Backoff: r.Backoff,
		Rotate: r.Rotate, MinApart: int(r.MinApart), Unspaced: r.Unspaced,
		MaxAttempts: r.MaxAttempts, WithinDays: r.WithinDays, PerDay: r.PerDay, PerNumber: r.PerNumber, PerPersonWeek: r.PerPersonWeek,
		MaxVoicemails: r.MaxVoicemails, MaxAgeDays: r.MaxAgeDays, SkipsToReview: r.SkipsToReview,
	}
	return p
}

func deadlineFormOf(d callback.Deadline) deadlineForm {
	return deadlineForm{minutes(d.First), minutes(d.Close), minutes(d.Wall)}
}

func (d deadlineForm) deadline() callback.Deadline {
	return callback.Deadline{First: int(d.First), Close: int(d.Close), Wall: int(d.Wall)}
}

// each turns a list into another; nil stays nil.
func each[A, B any](list []A, f func(A) B) []B {
	if list == nil {
		return nil
	}
	out := make([]B, 0, len(list))
	for _, x := range list {
		out = append(out, f(x))
	}
	return out
}

// mapped turns the values of a map; nil stays nil.
func mapped[K comparable, A, B any](m map[K]A, f func(A) B) map[K]B {
	if m == nil {
		return nil
	}
	out := make(map[K]B, len(m))
	for k, v := range m {
		out[k] = f(v)
	}
	return out
}
