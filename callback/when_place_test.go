package callback

import (
	"strings"
	"testing"
	"time"
)

// A time can be told by the clock of any city or zone of the database; what
// its clock skips or shows twice is refused as it is at home.
func TestParseWhenByAnotherClock(t *testing.T) {
	loc := madrid(t)
	now := whenNow(loc) // Sunday 22 November 2026, 12:20
	for text, want := range map[string]string{
		"15:00 Mexico City":             "2026-11-22 21:00",
		"3pm Madrid":                    "2026-11-22 14:00",
		"3pm madrid time":               "2026-11-22 14:00",
		"tomorrow 9 in New York":        "2026-11-23 14:00",
		"tomorrow, New York, 9:30 am":   "2026-11-23 14:30",
		"tue 10 (São Paulo)":            "2026-11-24 13:00",
		"15:00 America/Mexico_City":     "2026-11-22 21:00",
		"15:00 america/mexico_city":     "2026-11-22 21:00",
		"24 nov 16:00 Port-au-Prince":   "2026-11-24 21:00",
		"24 nov 16:00 port of spain":    "2026-11-24 20:00",
		"tomorrow 10:00 los angeles":    "2026-11-23 18:00",
		"10:00 La Paz":                  "2026-11-22 14:00",
		"tomorrow 10 Buenos Aires":      "2026-11-23 13:00",
		"14:00 utc":                     "2026-11-22 14:00",
		"mañana a las 9 en Bogotá":      "2026-11-23 14:00",
		"in 2 hours Tokyo":              "2026-11-22 13:20",
		"8:00 Tokyo":                    "2026-11-22 23:00",
		"25 oct 2027 9:00 Europe/Paris": "2027-10-25 07:00",
	} {
		at, err := ParseWhen(text, now, loc)
		if err != nil || at.Format("2006-01-02 15:04") != want {
			t.Errorf("%q: %s %v; want %s", text, at.Format("2006-01-02 15:04"), err, want)
		}
	}
	for text, want := range map[string]string{
		"15:00 Gotham":                 `"gotham" is not a word of a time, nor a city of a time zone`,
		"3pm EST":                      `"est" is not a word`,
		"15:00 Мадрид":                 `"мадрид" is not a word`,
		"15:00 Madrid Paris":           `is not a word of a time`,
		"14 mar 2027 2:30 New York":    "does not exist on Sun 14 Mar in New York",
		"7 nov 2027 1:30 New York":     "comes twice on Sun 7 Nov in New York",
		"today 5:00 New York":          "has passed; it is Sun 22 Nov 06:20 in New York",
		"Mexico City":                  "no time",
		"15:00 ../../etc/passwd":       "is not a word",
		strings.Repeat("Madrid ", 500): "",
	} {
		if at, err := ParseWhen(text, now, loc); CodeOf(err) != CodeInvalid || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), `"15:00 Mexico City"`) {
			t.Errorf("%q: %v %v; want %q", text, at, err, want)
		}
	}
}

// Every zone that a customer's number may be in can be named by what the
// screens call it.
func TestParseWhenKnowsWhatScreensCallAZone(t *testing.T) {
	now := whenNow(madrid(t))
	for _, zone := range []string{
		"Europe/Madrid", "Atlantic/Canary", "America/Mexico_City", "America/New_York", "America/St_Johns", "America/Argentina/Buenos_Aires", "Asia/Ho_Chi_Minh",
		"Asia/Tokyo", "Australia/Sydney", "Africa/Dar_es_Salaam", "Pacific/Honolulu", "America/Indiana/Indianapolis", "Europe/Isle_of_Man", "Asia/Ust-Nera",
	} {
		loc, err := Zone(zone)
		if err != nil {
			t.Fatal(err)
		}
		want := time.Date(2026, 12, 1, 15, 0, 0, 0, loc)
		for _, name := range []string{zone, City(zone)} {
			if at, err := ParseWhen("1 dec 15:00 "+name, now, now.Location()); err != nil || !at.Equal(want) {
				t.Errorf("%s: %s, %v; want %s", name, at, err, want.UTC())
			}
		}
	}
}
