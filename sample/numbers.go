package sample

import "ringback/callback"

// The shares of customers who give another number, and of those a third one.
const (
	severalNumbers = 0.16
	threeNumbers   = 0.25
)

// moreNumbers gives some of the customers further numbers, of those that are
// still free. It rolls dice of its own and comes last, so that everybody else is
// who they were.
func (t *town) moreNumbers(seed uint64, list []customer) {
	d := diceFor(seed, "more numbers")
	t.exchange.d = d
	for i := range list {
		c := &list[i]
		if !d.chance(severalNumbers) {
			continue
		}
		kinds := []callback.PhoneKind{callback.PhoneWork, callback.PhoneHome}
		if c.person.Account != "" {
			kinds = []callback.PhoneKind{callback.PhoneMobile, callback.PhoneWork}
		}
		if d.chance(0.5) {
			kinds[0], kinds[1] = kinds[1], kinds[0]
		}
		if !d.chance(threeNumbers) {
			kinds = kinds[:1]
		}
		for _, kind := range kinds {
			t.another(d, c, kind)
		}
	}
}

// another gives a customer one more number, if one is free where they live or on
// the lines of people who live elsewhere.
func (t *town) another(d dice, c *customer, kind callback.PhoneKind) {
	lines := c.country.lines
	for range 2 * len(lines) {
		l := of(d, lines)
		number, free := t.exchange.free(l)
		if !free {
			continue
		}
		p := callback.Phone{
			E164: number, Raw: number, Region: l.region, Zones: []string{c.person.Zone}, ZoneFrom: c.phone.ZoneFrom, Kind: kind,
		}
		if l.region == c.country.code {
			p.Raw = written(d, number, l.region)
		}
		c.others = append(c.others, p)
		c.person.Phones = append(c.person.Phones, callback.PersonPhone{Number: p.Raw, Kind: kind})
		return
	}
}
