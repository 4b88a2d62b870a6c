package callback

import (
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// zoneAreas are the parts of the IANA time zone database whose zones are named
// by their cities.
var zoneAreas = []string{
	"Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian", "America/Argentina", "America/Indiana", "America/Kentucky",
	"America/North_Dakota", "Arctic", "Antarctica",
}

// Bounds of a place as it is typed, in words and in bytes.
const (
	placeWords = 4
	placeBytes = 40
	// placeRoom is how many words a time has at most in which a place is looked for.
	placeRoom = 16
)

// placeLinks are words that lead to or follow a place and say nothing else.
var placeLinks = map[string]bool{"in": true, "en": true, "at": true, "time": true, "zeit": true, "hora": true, "по": true, "время": true}

// whenPlace takes the place whose clock is meant out of a time as typed: a city
// of the time zone database ("15:00 Mexico City") or a zone of it ("3pm
// Europe/Madrid"), UTC among them. Without one loc stays. Letters that stand
// for a zone, such as EST, are not read: in summer few who write them mean them.
func whenPlace(text string, loc *time.Location) (rest string, there *time.Location) {
	words := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;()", r) })
	if len(words) > placeRoom {
		return text, loc
	}
	for n := min(placeWords, len(words)); n > 0; n-- {
		for from := 0; from+n <= len(words); from++ {
			place := words[from : from+n]
			if zone, ok := placeZone(place); ok {
				before, after := words[:from], words[from+n:]
				if len(before) > 0 && placeLinks[before[len(before)-1]] {
					before = before[:len(before)-1]
				}
				if len(after) > 0 && placeLinks[after[0]] && after[0] != "in" && after[0] != "at" {
					after = after[1:]
				}
				return strings.Join(before, " ") + " " + strings.Join(after, " "), zone
			}
		}
	}
	return text, loc
}

// placeZone finds the zone of a place, if the words are one and not words of a
// time.
func placeZone(words []string) (*time.Location, bool) {
	name, strange := strings.Join(words, "_"), false
	for _, w := range words {
		if _, known := whenWords[w]; !known {
			strange = true
		}
	}
	if !strange || len(name) > placeBytes || strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !strings.ContainsRune("/_-.'’", r)
	}) {
		return nil, false
	}
	return zoneNamed(placeName(name))
}

// placeName writes a name as the database does: Port_of_Spain, Sao_Paulo,
// Port-au-Prince.
func placeName(text string) string {
	var out strings.Builder
	word := ""
	end := func() {
		switch {
		case word == "of" || word == "es" || word == "au":
			out.WriteString(word)
		case word != "":
			out.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
		word = ""
	}
	for _, r := range norm.NFD.String(text) {
		switch {
		case r == '/' || r == '_' || r == '-':
			end()
			out.WriteRune(r)
		case r < unicode.MaxASCII && unicode.IsLetter(r):
			word += string(r)
		case unicode.IsLetter(r):
			return "" // the database is written in ASCII
		}
	}
	end()
	return out.String()
}

// named keeps what zoneNamed found: a field is read anew with every key.
var named struct {
	sync.Mutex
	zones map[string]*time.Location
}

// zoneNamed asks the database for a zone by its name or its city's.
func zoneNamed(name string) (*time.Location, bool) {
	if name == "" {
		return nil, false
	}
	if name == "Utc" || name == "Gmt" {
		return time.UTC, true
	}
	named.Lock()
	defer named.Unlock()
	if z, ok := named.zones[name]; ok {
		return z, z != nil
	}
	tries := []string{name}
	if !strings.Contains(name, "/") {
		tries = tries[:0]
		for _, area := range zoneAreas {
			tries = append(tries, area+"/"+name)
		}
	}
	var found *time.Location
	for _, n := range tries {
		if z, err := Zone(n); err == nil {
			found = z
			break
		}
	}
	if len(named.zones) > 1<<10 || named.zones == nil {
		named.zones = map[string]*time.Location{}
	}
	named.zones[name] = found
	return found, found != nil
}
