package sample

import (
	"fmt"
	"strings"
	"unicode"

	"ringback/callback"
)

// customer is a person who answers, once or more often.
type customer struct {
	person  callback.Person
	country *country
	team    string
	lang    string
	phone   callback.Phone
	// others are more numbers of theirs, in the order in which they are tried.
	others []callback.Phone
}

// town makes the customers of a year.
type town struct {
	d        dice
	names    *book
	exchange *exchange
	firms    []firm
	pools    map[string][]string
}

type firm struct {
	name string
	left int
}

func newTown(seed uint64) *town {
	return &town{
		d: diceFor(seed, "customers"), names: library()["people"], pools: map[string][]string{},
		exchange: &exchange{d: diceFor(seed, "numbers"), used: map[string]bool{}, full: map[string]bool{}},
	}
}

// customer makes the n-th customer.
func (t *town) customer(n int) customer {
	team := teamIDs[t.d.weighted(56, 44)]
	weights := make([]float64, len(countries))
	for i, c := range countries {
		weights[i] = c.north
		if team == "south" {
			weights[i] = c.south
		}
	}
	c := customer{country: &countries[t.d.weighted(weights...)], team: team}
	c.lang = t.language(c.country)
	c.person.Ref = fmt.Sprintf("C-%05d", 10000+n)
	c.person.Name = t.name(c.country.code)
	t.number(&c)
	c.person.Email = t.mail(c.person.Name, n)
	value := float64(t.d.between(2, 93)) / 100
	if t.d.chance(0.2) {
		c.person.Account, c.person.Role = t.account(), of(t.d, []callback.Role{
			callback.DecisionMaker, callback.Influencer, callback.Influencer, callback.EndUser, callback.EndUser, callback.EndUser,
		})
		value = float64(t.d.between(40, 99)) / 100
	}
	if !t.d.chance(0.12) {
		c.person.Value = &value
	}
	return c
}

func (t *town) language(c *country) string {
	at := t.d.IntN(100)
	for _, lang := range languages {
		if at -= c.langs[lang]; at < 0 {
			return lang
		}
	}
	return "en"
}

func (t *town) number(c *customer) {
	lines := c.country.lines
	if c.country.code == "US" {
		lines = west
		if c.team == "north" {
			lines = east
		}
	}
	l, number := t.exchange.give(lines)
	zone := l.zone
	if len(c.country.zones) > 0 {
		zone = of(t.d, c.country.zones)
	}
	c.phone = callback.Phone{E164: number, Region: l.region, Zones: []string{zone}, ZoneFrom: "record"}
	c.person.Zone, c.person.Region, c.person.Phone = zone, l.region, number
	if l.region == c.country.code {
		c.person.Phone = written(t.d, number, l.region)
	}
	c.phone.Raw = c.person.Phone
}

// pool splits a section of names once.
func (t *town) pool(section string) []string {
	if list, ok := t.pools[section]; ok {
		return list
	}
	var list []string
	for _, e := range t.names.sections[section] {
		list = append(list, strings.Split(e.text, ", ")...)
	}
	t.pools[section] = list
	return list
}

// name makes a full name in the way of a country. Names that stand with their
// family name already are used as they are.
func (t *town) name(code string) string {
	sex := t.d.IntN(2)
	first := of(t.d, t.pool(code+[]string{".m", ".f"}[sex]))
	families := t.pool(code + ".s")
	if len(families) == 0 {
		return first
	}
	family := of(t.d, families)
	if his, hers, ok := strings.Cut(family, "/"); ok {
		family = []string{his, hers}[sex]
	}
	return first + " " + family
}

// mail makes an address in a domain that is kept for examples (RFC 2606).
func (t *town) mail(name string, n int) string {
	if t.d.chance(0.1) {
		return ""
	}
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		if r < unicode.MaxASCII && unicode.IsLetter(r) {
			b.WriteRune(r)
		} else if r == ' ' && b.Len() > 0 {
			b.WriteByte('.')
		}
	}
	local := strings.Trim(b.String(), ".")
	if local == "" {
		local = "rider"
	}
	return fmt.Sprintf("%s.%d@%s", local, n, of(t.d, []string{"example.com", "example.org", "example.net"}))
}

// account gives a firm that still has room for a contact, or a new one.
func (t *town) account() string {
	if k := len(t.firms); k > 0 && t.d.chance(0.5) {
		f := &t.firms[t.d.IntN(k)]
		name := f.name
		if f.left--; f.left == 0 {
			*f = t.firms[k-1]
			t.firms = t.firms[:k-1]
		}
		return name
	}
	name := of(t.d, t.pool("firms"))
	if t.d.chance(0.8) {
		name += " " + of(t.d, t.pool("firm kinds"))
	}
	if t.d.chance(0.5) {
		name += " " + of(t.d, []string{"North", "West", "Central", "2", "Bay", "Hill", "Nord", "Süd"})
	}
	t.firms = append(t.firms, firm{name, t.d.between(1, 4)})
	return name
}
