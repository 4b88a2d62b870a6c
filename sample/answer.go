package sample

import (
	"time"

	"ringback/callback"
)

// detractorScores weigh the scores 0–6: most unhappy people are nearly
// passive, but the furious are never few.
var detractorScores = []float64{11, 6, 8, 12, 14, 23, 26}

// answer fills in a sheet: score, words, channel.
func (p *press) answer(s sheet, c *customer) answer {
	a := answer{customer: c, part: s.part, easy: p.d.chance(easyShare)}
	a.Intake = callback.Intake{
		Source: Source, AnsweredAt: s.at.UTC(), Person: c.person, Language: c.lang,
		Channel: []string{"email", "web", "sms", "ivr", "phone"}[p.d.weighted(46, 31, 16, 3, 4)],
	}
	if p.d.chance(0.08) {
		a.Language = ""
	}
	switch s.mood {
	case aDetractor:
		p.complaint(&a)
	case aRequest:
		p.request(&a)
	default:
		p.content(&a, s.mood)
	}
	if s.part.role != "" {
		s.part.stage(p.d, &a, p.now)
	}
	return a
}

// speaks tells whether a customer leaves words; nobody types on the phone.
func (p *press) speaks(a *answer, share float64) bool {
	return a.Channel != "ivr" && p.d.chance(share)
}

func (p *press) complaint(a *answer) {
	score := p.d.weighted(detractorScores...)
	a.Score = &score
	said := p.w.detractor(a.customer.lang, score)
	a.root, a.Product = said.root, said.product
	if p.speaks(a, 0.74) {
		a.Comment = said.text
	}
	if p.d.chance(0.03) {
		a.Asked = true
		if a.Comment != "" {
			a.Comment = p.w.request(a.customer.lang, a.Comment).text
		}
	}
}

func (p *press) request(a *answer) {
	a.Asked = true
	lang := a.customer.lang
	said := p.w.request(lang, "")
	if i := p.d.weighted(42, 31, 27); i > 0 {
		score := []int{0, p.d.between(7, 8), p.d.between(9, 10)}[i]
		a.Score = &score
		// Whoever gives a 9 or 10 praises first and asks then.
		if score >= 9 || p.d.chance(0.35) {
			kind := p.w.other(lang, []string{"", "n", "p"}[i])
			said.text, said.product = p.w.request(lang, kind.text).text, kind.product
		}
	}
	a.root, a.Product = said.root, said.product
	if p.speaks(a, 0.78) {
		a.Comment = said.text
	}
	if p.d.chance(0.08) {
		at := quarter(askedTime(p.d, a.customer, a.AnsweredAt.Add(p.d.span(20*time.Hour, 60*time.Hour))))
		a.AskedFor = &at
	}
}

func (p *press) content(a *answer, m mood) {
	score, section, share := p.d.between(7, 8), "n", 0.45
	if m == aPromoter {
		score, section, share = 9+p.d.weighted(45, 55), "p", 0.47
	}
	a.Score = &score
	if !p.speaks(a, share) {
		a.Product = productOf(p.d, "")
		return
	}
	said := p.w.other(a.customer.lang, section)
	a.Comment, a.Product = said.text, said.product
}

// askedTime moves an instant into the hours in which people like to be
// phoned, 10–19 h on a weekday by their own clock.
func askedTime(d dice, c *customer, at time.Time) time.Time {
	loc := location(c.phone.Zones[0])
	local := at.In(loc)
	for local.Weekday() == time.Saturday || local.Weekday() == time.Sunday || local.Hour() < 10 || local.Hour() >= 19 {
		local = local.Add(time.Hour)
		if local.Hour() == 10 {
			local = local.Add(d.span(0, 6*time.Hour))
		}
	}
	return local
}

// quarter rounds up to a quarter of an hour, as people agree on times.
func quarter(t time.Time) time.Time {
	up := t.Truncate(15 * time.Minute)
	if up.Before(t) {
		up = up.Add(15 * time.Minute)
	}
	return up.UTC()
}

// location loads a zone of this package's own tables; they name only zones of
// the IANA database, which the program must link.
func location(zone string) *time.Location {
	loc, err := callback.Zone(zone)
	if err != nil {
		return time.UTC
	}
	return loc
}
