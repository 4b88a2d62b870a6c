package callback

import (
	"strings"
	"time"
)

// Policy decides which responses open cases, in what order they are served,
// with what deadlines, hours and retries. It is a document of the server;
// every version is kept.
type Policy struct {
	Schema  int    `json:"schema"`
	Team    string `json:"team"`
	Version int    `json:"version"`
	// Zone is the team's own IANA zone; days of the board are counted in it.
	Zone string `json:"zone"`
	// Company is what agents call the company on the phone; empty if the team
	// has not said. It fills a blank of the guides.
	Company string `json:"company,omitempty"`
	// Stages say which scores open cases, as a team grows: 0–3 first, then
	// all detractors, then a sample of promoters.
	Stages []Stage `json:"stages"`
	// Requests tells that asking for a call always opens a case.
	Requests  bool                `json:"requests"`
	Deadlines map[Kind]Deadline   `json:"deadlines"`
	Business  Business            `json:"business"`
	Windows   []Window            `json:"windows"`
	Legal     Span                `json:"legal"`
	Retry     RetryRules          `json:"retry"`
	Bands     []Band              `json:"bands"`
	Callbacks CallbackRules       `json:"callbacks"`
	Ageing    AgeingRules         `json:"ageing,omitzero"`
	CoolOff   CoolOffRules        `json:"cool_off,omitzero"`
	Leases    LeaseRules          `json:"leases"`
	Floor     FloorRules          `json:"floor,omitzero"`
	Weights   Weights             `json:"weights"`
	Routing   RoutingRules        `json:"routing,omitzero"`
	Signals   []string            `json:"signals,omitempty"`
	Wordings  []Wording           `json:"wordings"`
	Causes    []Driver            `json:"causes"`
	Goals     Goals               `json:"goals"`
	Custom    []CustomDisposition `json:"custom_dispositions,omitempty"`
}

// Stage opens cases for a range of scores.
type Stage struct {
	Name string `json:"name"`
	// From and To are scores, both included.
	From int `json:"from"`
	To   int `json:"to"`
	// Percent of the responses that open a case, chosen by a hash of the
	// response's id, so that the choice can be repeated.
	Percent int  `json:"percent"`
	Active  bool `json:"active"`
	// Deadline, if given, replaces that of the case's kind.
	Deadline *Deadline `json:"deadline,omitempty"`
}

// Deadline is by when something must happen after the response.
type Deadline struct {
	// First is for the first attempt and Close for the whole case, both in
	// minutes of the business calendar.
	First int `json:"first_min"`
	Close int `json:"close_min"`
	// Wall is for the first attempt, in minutes of the wall clock.
	Wall int `json:"wall_min"`
}

// Business is the calendar that business deadlines are counted on.
type Business struct {
	// Hours by weekday, Sunday first; none means closed.
	Hours [7][]Span `json:"hours"`
	// Holidays are dates, "2026-12-25", and names of Calendars.
	Holidays []string `json:"holidays,omitempty"`
}

// Span is a part of a day in minutes after midnight; To is not included.
type Span struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Window says when customers of a region may be phoned, by their own clock.
type Window struct {
	// Region is ISO 3166-1 alpha-2, or empty for all that have no other.
	Region string    `json:"region,omitempty"`
	Hours  [7][]Span `json:"hours"`
	// Holidays on which nobody is phoned: dates, names of Calendars, and
	// National for those of the number's own region.
	Holidays []string `json:"holidays,omitempty"`
	// Source says where the rule comes from.
	Source string `json:"source,omitempty"`
}

// RetryRules say how often and when a customer who was not reached is tried again.
type RetryRules struct {
	// Delays gives the minutes to wait after a disposition.
	Delays map[Disposition]int `json:"delay_min"`
	// Again gives the minutes to wait when the same disposition comes twice
	// in a row or more, if it differs.
	Again map[Disposition]int `json:"again_min,omitempty"`
	// Backoff multiplies the delay for each counted attempt, the last value
	// for all later ones.
	Backoff []int `json:"backoff"`
	// Rotate lists the dispositions after which another band of the day is
	// tried, the least used one.
	Rotate []Disposition `json:"rotate"`
	// MinApart is the least time between two attempts on a case, in minutes;
	// after those of Unspaced their own delay is enough.
	MinApart int           `json:"min_apart_min"`
	Unspaced []Disposition `json:"unspaced"`
	// MaxAttempts counts per case and round, PerDay per case and day,
	// PerNumber before another number is tried.
	MaxAttempts int `json:"max_attempts"`
	PerDay      int `json:"per_day"`
	PerNumber   int `json:"per_number"`
	// WithinDays is how many business days after the day of a round's first
	// attempt another may be planned; 0 is any number. Counted in the team's
	// zone (Business).
	WithinDays int `json:"within_business_days,omitempty"`
	// PerPersonWeek is a ceiling on the dials to a person, and to a number,
	// over all cases in any 7 days: 1 to MaxPersonWeek.
	PerPersonWeek int `json:"per_person_week"`
	// MaxVoicemails is how many messages may be left for a case.
	MaxVoicemails int `json:"max_voicemails"`
	// MaxAgeDays closes a case after this many days since the response.
	MaxAgeDays int `json:"max_age_days"`
	// SkipsToReview sends a case to a person after so many skips.
	SkipsToReview int `json:"skips_to_review"`
}

// Band is a part of the customer's day between which attempts rotate.
type Band struct {
	Name string `json:"name"`
	// Days are weekdays, Sunday is 0.
	Days []time.Weekday `json:"days"`
	Span
}

// CallbackRules say how agreed callbacks are kept.
type CallbackRules struct {
	// Remind is how long before its time a callback is announced, in minutes.
	Remind int `json:"remind_min"`
	// OpenToAnyone is how late a callback, or a case that was left to one agent
	// for a while, goes to anyone, in minutes.
	OpenToAnyone int `json:"open_to_anyone_min"`
	// MaxAhead is how many days ahead one may be agreed; 0 is any number.
	MaxAhead int `json:"max_ahead_days"`
	// Again is how long to wait on the same day after a callback that reached
	// nobody, in minutes.
	Again int `json:"again_min"`
	// MaxMoves is how often one that reached nobody is tried at the same time
	// of another day.
	MaxMoves int `json:"max_moves"`
}

// LeaseRules say how long the right to phone a customer lasts, in minutes.
type LeaseRules struct {
	Preview  int `json:"preview_min"`
	InCall   int `json:"in_call_min"`
	PackSize int `json:"pack_size"`
	PackFor  int `json:"pack_min"`
}

// Weights are the factors of the serving order.
type Weights struct {
	SLA      float64 `json:"sla"`
	Severity float64 `json:"severity"`
	Value    float64 `json:"value"`
	Role     float64 `json:"role"`
	Reach    float64 `json:"reachability"`
	Repeat   float64 `json:"repeat"`
	Signal   float64 `json:"signal"`
	Attempts float64 `json:"attempts"`
}

// Wording is the fixed, neutral way of asking for a score again.
type Wording struct {
	ID       string `json:"id"`
	Language string `json:"language"`
	Text     string `json:"text"`
}

// Driver is the first level of root causes, with the causes below it.
type Driver struct {
	Name   string   `json:"name"`
	Causes []string `json:"causes,omitempty"`
}

// Goals are what the team set itself.
type Goals struct {
	// Within is the percentage of first attempts to be made in WithinMin
	// minutes of the wall clock.
	Within    int `json:"within_percent"`
	WithinMin int `json:"within_min"`
}

// CustomDisposition is a team's own code for a standard disposition.
type CustomDisposition struct {
	Code     string      `json:"code"`
	Name     string      `json:"name"`
	Standard Disposition `json:"standard"`
}

// Disposition finds the standard disposition of a code, and the team's own one
// if the code is one of theirs. Capitals do not matter.
func (p Policy) Disposition(code string) (rule DispositionRule, own CustomDisposition, ok bool) {
	if rule, ok = Disposition(strings.ToUpper(code)).Rule(); ok {
		return rule, own, true
	}
	for _, own := range p.Custom {
		if strings.EqualFold(own.Code, code) {
			rule, ok = own.Standard.Rule()
			return rule, own, ok
		}
	}
	return DispositionRule{}, CustomDisposition{}, false
}

// Outcome names how an attempt ended: in the team's own words, if it has some
// for it, else in the standard ones.
func (p Policy) Outcome(a Attempt) string {
	rule, _ := a.Disposition.Rule()
	for _, own := range p.Custom {
		if a.Custom != "" && own.Code == a.Custom && own.Standard == a.Disposition {
			return own.Name
		}
	}
	return rule.Meaning
}

// Location gives the team's zone; UTC if it names none that is known.
func (p Policy) Location() *time.Location {
	loc, err := Zone(p.Zone)
	if err != nil || p.Zone == "" {
		return time.UTC
	}
	return loc
}

// Wording picks the wording in a language, or the first one.
func (p Policy) Wording(language string) Wording {
	for _, w := range p.Wordings {
		if baseLanguage(w.Language) == baseLanguage(language) {
			return w
		}
	}
	if len(p.Wordings) == 0 {
		return Wording{}
	}
	return p.Wordings[0]
}

func baseLanguage(tag string) string {
	for i, r := range tag {
		if r == '-' || r == '_' {
			return tag[:i]
		}
	}
	return tag
}
