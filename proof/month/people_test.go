package month

import (
	"fmt"
	"math/rand/v2"
	"time"

	"ringback/callback"
)

// place is where customers of the month live.
type place struct {
	region, zone, number, language string // number is a format for the last digits
}

// places are twelve zones: both sides of the date line, half and quarter hours, and clocks that change in the month.
var places = []place{
	{"US", "America/New_York", "+1201555%04d", "en"},
	{"US", "America/Los_Angeles", "+1213555%04d", "es"},
	{"CA", "America/St_Johns", "+1709555%04d", "en"},
	{"BR", "America/Sao_Paulo", "+55115555%04d", "pt"},
	{"GB", "Europe/London", "+441632960%03d", "en"},
	{"ES", "Europe/Madrid", "+3491000%04d", "es"},
	{"FR", "Europe/Paris", "+33199%06d", "fr"},
	{"RU", "Europe/Moscow", "+7495555%04d", "ru"},
	{"IN", "Asia/Kolkata", "+91222555%04d", "en"},
	{"NP", "Asia/Kathmandu", "+9771555%04d", "ne"},
	{"JP", "Asia/Tokyo", "+8135555%04d", "ja"},
	{"AU", "Australia/Sydney", "+6125550%04d", "en"},
}

// person is a customer with a mind: how they answer the phone and how a talk with them ends.
type person struct {
	n     int
	where place
	// number is the one that the source gave, empty of who withholds theirs; other is a second one, which always leads to them.
	number, other string
	score         int
	asked         bool
	// dead tells that the number leads nowhere, stranger that somebody else has it now.
	dead, stranger bool
	// out tells that nobody ever picks up.
	out bool
	// avoided tells that agents would rather have somebody else call.
	avoided bool
	// is the customer who they will turn out to be, if they ring from a number that nobody knows to be theirs.
	is *person
	// at is when they gave the answer that their last case was opened for.
	at time.Time
	// cases are the ids of theirs, the first one first.
	cases []string
}

// The stated model. Chance of a person picking up, by the band of their own day; then of the other ends of a call
// that they do not take; then of how a talk goes. Each list adds up to one.
var (
	picksUp = map[string]float64{"morning": 0.22, "afternoon": 0.26, "evening": 0.40, "saturday": 0.34, "": 0.25}

	misses = []weighted{
		{0.50, callback.NoAnswer},
		{0.10, callback.Busy},
		{0.20, callback.VoicemailLeft},
		{0.09, callback.VoicemailNone},
		{0.03, callback.TechnicalFailure},
		{0.05, callback.ThirdParty},
		{0.03, callback.HungUp},
	}
	talks = []weighted{
		{0.34, callback.TalkedResolved},
		{0.16, callback.TalkedPromise},
		{0.10, callback.TalkedListened},
		{0.04, callback.TalkedEscalated},
		{0.03, callback.TalkedLost},
		{0.07, callback.CallbackMine},
		{0.06, callback.CallbackAnyone},
		{0.08, callback.BadMoment},
		{0.03, callback.PartialTalk},
		{0.04, callback.SoftRefusal},
		{0.02, callback.HardRefusal},
		{0.02, callback.DoNotCall},
		{0.01, callback.LanguageBarrier},
	}
)

const (
	deadNumbers = 0.01
	strangers   = 0.01
	answersNPS  = 0.80 // of those who are asked for the score again
	skips       = 0.01 // of the cases that an agent is served
	avoided     = 0.02 // of the customers are passed over by whoever may
	forgotten   = 0.06 // of the promises nobody ever says what became of
	keptLate    = 0.10 // of the promises somebody says so when they have been overdue
	promiseKept = 0.90
)

type weighted struct {
	chance float64
	is     callback.Disposition
}

func pick(rng *rand.Rand, list []weighted) callback.Disposition {
	x := rng.Float64()
	for _, w := range list {
		if x -= w.chance; x < 0 {
			return w.is
		}
	}
	return list[len(list)-1].is
}

// newPerson makes the nth customer, who answers the survey at an instant.
func newPerson(rng *rand.Rand, n int, at time.Time) *person {
	p := &person{n: n, where: places[n%len(places)], at: at}
	p.number, p.other = fmt.Sprintf(p.where.number, n/len(places)), fmt.Sprintf(p.where.number, 250+n/len(places))
	p.dead, p.stranger, p.avoided = rng.Float64() < deadNumbers, rng.Float64() < strangers, rng.Float64() < avoided
	switch x := rng.Float64(); {
	case x < 0.25:
		p.score, p.asked = rng.IntN(11), true
	default:
		p.score = rng.IntN(7)
	}
	return p
}

func (p *person) row() callback.Intake {
	return callback.Intake{
		Source: "month", ExternalID: fmt.Sprint(p.n), Score: &p.score, Asked: p.asked, AnsweredAt: p.at, Channel: "web", Language: p.where.language,
		Comment: "Nobody came, and nobody called.", Product: "bicycle",
		Person: callback.Person{
			Ref: fmt.Sprint("c", p.n), Name: fmt.Sprint("Customer ", p.n), Phone: p.number, Region: p.where.region, Zone: p.where.zone,
		},
	}
}

// answer is what a phone of theirs brings at an instant.
func (p *person) answer(rng *rand.Rand, number, band string, invited bool) callback.Disposition {
	switch {
	case p.out:
		return callback.NoAnswer
	case number != p.number:
	case p.dead:
		return callback.Disconnected
	case p.stranger && rng.Float64() < 0.5:
		return callback.WrongNumber
	case p.stranger:
		return callback.NoAnswer
	}
	chance := picksUp[band]
	if invited { // they agreed to the time
		chance = 0.85
	}
	if rng.Float64() >= chance {
		return pick(rng, misses)
	}
	return pick(rng, talks)
}

// bandAt names the part of a customer's day.
func bandAt(local time.Time) string {
	switch hour := local.Hour(); {
	case local.Weekday() == time.Saturday:
		return "saturday"
	case local.Weekday() == time.Sunday:
		return ""
	case hour < 12:
		return "morning"
	case hour < 17:
		return "afternoon"
	}
	return "evening"
}

// rescore is what they say when they are asked again: of the detractors a quarter becomes promoters and a third
// passives, as the team of the book found.
func (p *person) rescore(rng *rand.Rand) *int {
	if rng.Float64() >= answersNPS {
		return nil
	}
	v := p.score
	switch x := rng.Float64(); {
	case p.score > 6 || x >= 0.58:
	case x < 0.25:
		v = 9 + rng.IntN(2)
	default:
		v = 7 + rng.IntN(2)
	}
	return &v
}
