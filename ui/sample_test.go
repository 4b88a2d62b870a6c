package ui

import (
	"fmt"
	"time"

	"ringback/callback"
)

// person is a customer of the tests' small world.
type person struct {
	name, account, phone, zone, region, product, words, language string
	score                                                        int // −1: none
	asked                                                        bool
	ago                                                          time.Duration
}

var people = []person{
	{"Maria López", "Café Sol", "+34600000001", "Europe/Madrid", "ES", "Fibre", "The line drops every evening at eight, and I work from home. I called twice and was told to restart the router.", "en", 2, false, 30 * time.Hour},
	{"Анастасия Ковалёва", "", "+74950000002", "Europe/Moscow", "RU", "Мобильный", "Третий раз списали деньги за подписку, которую я отключила. Верните, пожалуйста, и объясните, почему так вышло.", "ru", 0, true, 5 * time.Hour},
	{"山田花子", "東京商事", "+81355550003", "Asia/Tokyo", "JP", "クラウド", "サポートの返事が遅くて困りました。でも最後は親切に対応してもらえました。", "ja", 4, false, 26 * time.Hour},
	{"John Smith", "Smith & Sons", "+12015550004", "America/New_York", "US", "Router", "Nobody came. I took a day off for nothing! 😡", "en", 1, false, 3 * time.Hour},
	{"Ngọc Trần", "", "+84280000005", "Asia/Ho_Chi_Minh", "VN", "Fibre", "Giá tăng mà không báo trước.", "vi", 5, false, 50 * time.Hour},
	{"Jürgen Groß", "Groß GmbH", "+49300000006", "Europe/Berlin", "DE", "Cloud", "", "de", 6, true, 2 * time.Hour},
	{"Chloé Martin", "", "+33100000007", "Europe/Paris", "FR", "Fibre", "Very happy with the new box, thank you to the technician 👩‍🔧!", "fr", 10, false, 40 * time.Hour},
	{"Ayşe Yılmaz", "Yılmaz Tekstil", "+902120000008", "Europe/Istanbul", "TR", "Mobile", "Fatura her ay farklı geliyor.", "tr", 3, false, 70 * time.Hour},
}

// peopled fills the desk with the people above.
func peopled(f *fake, _ *Options) { f.fill(len(people), people) }

// crowd fills the desk with n cases.
func crowd(n int) func(*fake, *Options) {
	return func(f *fake, _ *Options) { f.fill(n, people) }
}

func (f *fake) fill(n int, from []person) {
	for i := range n {
		p := from[i%len(from)]
		if i >= len(from) {
			p.name = fmt.Sprintf("%s %d", p.name, i)
			p.ago += time.Duration(i%2000) * time.Minute
		}
		c := f.open(fmt.Sprintf("case-%06d", i+1), p)
		f.cases[c.ID] = c
	}
	f.moved()
}

// open makes a case by the trade's own rules, so that its plan is real.
func (f *fake) open(id string, p person) callback.Case {
	at := f.now().Add(-p.ago)
	r := callback.Response{
		ID: "r-" + id, Source: "survey", ExternalID: id, Comment: p.words, Asked: p.asked, AnsweredAt: at, Channel: "web",
		Product: p.product, Language: p.language,
	}
	if p.score >= 0 {
		score := p.score
		r.Score = &score
	}
	kind := callback.KindDetractor
	switch {
	case p.asked:
		kind = callback.KindRequest
	case p.score >= 9:
		kind = callback.KindPromoter
	case p.score >= 7:
		kind = callback.KindPassive
	}
	return callback.Case{
		Schema: 1, ID: id, Team: "north", Kind: kind, State: callback.New, Round: 1, Version: 1, OpenedAt: at.Add(time.Minute),
		Customer: callback.Customer{
			ID: "c-" + id, Name: p.name, Account: p.account, Language: p.language, Value: 0.6,
			Phone: callback.Phone{E164: p.phone, Region: p.region, Zones: []string{p.zone}, ZoneFrom: "record"},
		},
		Responses: []callback.Response{r},
		Plan:      callback.Plan{FirstDue: at.Add(8 * time.Hour), CloseDue: at.Add(72 * time.Hour), WallDue: at.Add(24 * time.Hour)},
	}
}
