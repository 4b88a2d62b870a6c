package intake

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"ringback/callback"
)

var (
	yeses = words("yes", "y", "true", "1", "x", "t", "on", "checked", "selected", "yes please", "please call", "please call me",
		"call me", "please contact me", "contact me", "yes please call me", "yes call me", "yes please contact me", "yes contact me",
		"requested", "call requested", "callback requested",
		"ja", "j", "wahr", "ja bitte", "oui", "o", "vrai", "oui s'il vous plaît", "sí", "si", "s", "verdadero", "sí por favor",
		"да", "д", "истина", "да пожалуйста", "перезвоните", "перезвонить", "sì", "sim", "tak", "так", "evet", "是", "はい", "예", "نعم")
	noes = words("no", "n", "false", "0", "f", "off", "unchecked", "not selected", "no thanks", "no thank you",
		"not requested", "nein", "falsch", "nein danke", "non", "faux", "non merci", "falso", "no gracias",
		"нет", "н", "ложь", "нет спасибо", "não", "nie", "ні", "hayır", "否", "いいえ", "아니요", "لا")
	ticks = map[string]bool{"✓": true, "✔": true, "✔️": true, "☑": true, "☑️": true, "✅": true, "+": true}
)

// ParseAsked reads whether a customer asked for a call. It knows whole words
// and phrases only: "no problem, call me" is neither yes nor no.
func ParseAsked(cell string) (asked, ok bool) {
	if len(cell) > 64 {
		return false, false
	}
	if ticks[cell] {
		return true, true
	}
	k := key(strings.ToLower(asciiDigits(cell)))
	return yeses()[k], yeses()[k] || noes()[k]
}

var roles = func() map[string]callback.Role {
	m := map[string]callback.Role{}
	for role, names := range map[callback.Role][]string{
		callback.DecisionMaker: {
			"decision maker", "decider", "entscheider", "entscheidungsträger", "décideur", "décisionnaire",
			"decisor", "tomador de decisiones", "лпр", "лицо принимающее решения",
		},
		callback.Influencer: {"influencer", "influenceur", "beeinflusser", "influenciador", "лвр", "влияющий"},
		callback.EndUser: {
			"end user", "enduser", "user", "anwender", "endanwender", "endnutzer", "nutzer",
			"utilisateur", "utilisateur final", "usuario", "usuario final", "пользователь", "конечный пользователь",
		},
	} {
		for _, n := range names {
			m[key(n)] = role
		}
	}
	return m
}()

// parseRole reads a role; empty if the cell names none.
func parseRole(cell string) callback.Role {
	if len(cell) > 64 {
		return ""
	}
	return roles[key(cell)]
}

// validRegion tells the form of an ISO 3166-1 alpha-2 code.
func validRegion(cell string) bool {
	return len(cell) == 2 && asciiLetter(cell[0]) && asciiLetter(cell[1])
}

var zoneNames sync.Map // name → bool; a file names few zones, many times

// validZone tells whether a cell names a zone of the IANA database.
func validZone(cell string) bool {
	if len(cell) < 3 || len(cell) > 64 || cell == "Local" || !asciiLetter(cell[0]) || strings.ContainsAny(cell, ` .\:`) {
		return false
	}
	if ok, known := zoneNames.Load(cell); known {
		return ok.(bool)
	}
	_, err := time.LoadLocation(cell)
	if err == nil { // a hostile file may name a million wrong ones
		zoneNames.Store(strings.Clone(cell), true)
	}
	return err == nil
}

// parsePercentile reads 0.85 or 85% as a percentile 0–1.
func parsePercentile(cell string) (float64, bool) {
	if len(cell) > 24 {
		return 0, false
	}
	number, percent := strings.CutSuffix(asciiDigits(cell), "%")
	number = strings.Replace(strings.TrimSpace(number), ",", ".", 1)
	if !isNumber(number) {
		return 0, false
	}
	v, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return 0, false
	}
	if percent {
		v /= 100
	}
	return v, v >= 0 && v <= 1
}
