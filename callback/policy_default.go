package callback

import (
	"slices"
	"time"
)

// weekdays builds the hours of a week from those of Monday to Friday,
// Saturday and Sunday. Each day has a list of its own.
func weekdays(monFri, sat, sun []Span) [7][]Span {
	return [7][]Span{
		time.Sunday: sun, time.Monday: monFri, time.Tuesday: slices.Clone(monFri), time.Wednesday: slices.Clone(monFri),
		time.Thursday: slices.Clone(monFri), time.Friday: slices.Clone(monFri), time.Saturday: sat,
	}
}

func span(fromH, fromM, toH, toM int) []Span { return []Span{{fromH*60 + fromM, toH*60 + toM}} }

// DefaultPolicy gives the policy that a new team starts with (mission model
// §4.4 and §4.5; calling hours are editable data, not legal advice).
func DefaultPolicy(team string) Policy {
	hour := 60
	return Policy{
		Schema: SchemaVersion, Team: team, Version: 1, Zone: "UTC", Requests: true,
		Stages: []Stage{
			{Name: "0–3", From: 0, To: 3, Percent: 100, Active: true},
			{Name: "4–6", From: 4, To: 6, Percent: 100, Active: true, Deadline: &Deadline{First: 24 * hour, Close: 72 * hour, Wall: 48 * hour}},
			{Name: "passives", From: 7, To: 8, Percent: 100},
			{Name: "promoter sample", From: 9, To: 10, Percent: 10},
		},
		Deadlines: map[Kind]Deadline{
			KindRequest:   {First: 4 * hour, Close: 72 * hour, Wall: 24 * hour},
			KindDetractor: {First: 8 * hour, Close: 72 * hour, Wall: 24 * hour},
			KindPassive:   {First: 27 * hour, Close: 72 * hour, Wall: 120 * hour},
			KindPromoter:  {First: 45 * hour, Close: 90 * hour, Wall: 168 * hour},
			KindAdHoc:     {First: 8 * hour, Close: 72 * hour, Wall: 48 * hour},
		},
		Business: Business{Hours: weekdays(span(9, 0, 18, 0), nil, nil)},
		Windows:  defaultWindows(),
		Legal:    Span{8 * 60, 21 * 60},
		Retry:    defaultRetry(),
		Bands: []Band{
			{"morning", workdays(), Span{9 * 60, 12 * 60}},
			{"afternoon", workdays(), Span{12 * 60, 17 * 60}},
			{"evening", workdays(), Span{17 * 60, 20*60 + 30}},
			{"saturday", []time.Weekday{time.Saturday}, Span{10 * 60, 17 * 60}},
		},
		Callbacks: CallbackRules{Remind: 10, OpenToAnyone: 30, MaxAhead: 60, Again: 30, MaxMoves: 2},
		Ageing:    DefaultAgeing(),
		CoolOff:   DefaultCoolOff(),
		Leases:    LeaseRules{Preview: 10, InCall: 30, PackSize: 20, PackFor: 600},
		Floor:     DefaultFloor(),
		Weights:   Weights{SLA: 30, Severity: 20, Value: 20, Role: 10, Reach: 10, Repeat: 5, Signal: 5, Attempts: 4},
		Routing:   DefaultRouting(),
		Signals:   slices.Clone(defaultSignals),
		Wordings: []Wording{
			{"nps-1-en", "en", "On a scale from 0 to 10, how likely are you to recommend us to a friend or colleague?"},
			{"nps-1-ru", "ru", "По шкале от 0 до 10: насколько вероятно, что вы порекомендуете нас другу или коллеге?"},
			{"nps-1-es", "es", "En una escala de 0 a 10, ¿qué probabilidad hay de que nos recomiende a un amigo o colega?"},
			{"nps-1-de", "de", "Auf einer Skala von 0 bis 10: Wie wahrscheinlich ist es, dass Sie uns einem Freund oder Kollegen empfehlen?"},
		},
		Causes: clonedCauses(),
		Goals:  Goals{Within: 80, WithinMin: 48 * hour},
	}
}

func workdays() []time.Weekday {
	return []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
}

// clonedCauses lets every policy change its own list.
func clonedCauses() []Driver {
	out := make([]Driver, len(defaultCauses))
	for i, d := range defaultCauses {
		out[i] = Driver{d.Name, slices.Clone(d.Causes)}
	}
	return out
}

// defaultWindows are house rules in the customer's own time. Australia follows
// the research hours of the Telecommunications (Telemarketing and Research
// Calls) Industry Standard 2017; France those of Code de la consommation
// D223-9; Spain those of its consumer law, art. 96.2.
func defaultWindows() []Window {
	list := []Window{
		{Hours: weekdays(span(9, 0, 20, 30), span(10, 0, 17, 0), nil), Source: "house rule"},
		{Region: "AU", Hours: weekdays(span(9, 0, 20, 30), span(9, 0, 17, 0), span(9, 0, 17, 0)), Source: "2017 Industry Standard, research"},
		{Region: "FR", Hours: weekdays([]Span{{10 * 60, 13 * 60}, {14 * 60, 20 * 60}}, nil, nil), Source: "Code de la consommation D223-9"},
		{Region: "ES", Hours: weekdays(span(9, 0, 21, 0), nil, nil), Source: "consumer law, art. 96.2"},
	}
	for i := range list {
		list[i].Holidays = []string{National}
	}
	return list
}

// defaultRetry are the delays and caps of the mission model §4.2 and §4.4, in
// minutes. A line that is busy has somebody at it, so it is tried again in half
// an hour, in the same part of the day (VICIdial recycles after 1800 s), and
// only then like one that nobody answers: that waits three hours, and moves to
// the part of the day that was tried least (queXS: 180 minutes after no answer
// or an answering machine). A soft refusal rests for a week (queXS: 10 080
// minutes).
func defaultRetry() RetryRules {
	return RetryRules{
		Delays: map[Disposition]int{
			NoAnswer: 180, Busy: 30, VoicemailLeft: 1440, VoicemailNone: 180, TechnicalFailure: 15, HungUp: 1440,
			ThirdParty: 240, LanguageBarrier: 60, BadMoment: 1440, PartialTalk: 10, SoftRefusal: 7 * 1440,
		},
		Again:    map[Disposition]int{Busy: 180, TechnicalFailure: 180, PartialTalk: 180},
		Backoff:  []int{1, 1, 2, 2, 3},
		Rotate:   []Disposition{NoAnswer, VoicemailLeft, VoicemailNone, HungUp, BadMoment, SoftRefusal},
		MinApart: 180, Unspaced: []Disposition{Busy, TechnicalFailure, PartialTalk},
		MaxAttempts: 6, WithinDays: 10, PerDay: 2, PerNumber: 3, PerPersonWeek: 7, MaxVoicemails: 1, MaxAgeDays: 30, SkipsToReview: 3,
	}
}

// defaultSignals are words in a comment that make a call more urgent: churn,
// law, safety, vulnerability. Matching ignores case.
var defaultSignals = []string{
	"cancel", "leaving", "switch to", "competitor", "lawyer", "solicitor", "court", "ombudsman", "unsafe", "dangerous",
	"injur", "hospital", "disabled", "elderly", "расторг", "уйду", "ухожу", "суд", "юрист", "опасн", "инвалид",
	"kündig", "anwalt", "gefährlich", "cancelar", "abogado", "peligro", "résili", "avocat", "dangereux",
}

var defaultCauses = []Driver{
	{"product", []string{"broken", "missing feature", "hard to use", "quality"}},
	{"delivery", []string{"late", "damaged", "wrong item", "not delivered"}},
	{"billing", []string{"wrong amount", "refund late", "unclear price", "unexpected charge"}},
	{"support", []string{"no answer", "slow", "unhelpful", "passed around", "rude"}},
	{"website or app", []string{"does not work", "login", "confusing"}},
	{"expectation", []string{"promised otherwise", "misunderstood"}},
	{"price", []string{"too high", "better elsewhere"}},
	{"other", nil},
}
