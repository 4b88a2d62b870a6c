package callback

import (
	"strconv"
	"strings"
	"testing"
	"time"

	_ "time/tzdata"

	"pgregory.net/rapid"
)

func madrid(t testing.TB) *time.Location {
	t.Helper()
	loc, err := Zone("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// It is Sunday, 22 November 2026, 12:20 in Madrid.
func whenNow(loc *time.Location) time.Time {
	return time.Date(2026, 11, 22, 12, 20, 0, 0, loc)
}

func TestParseWhen(t *testing.T) {
	loc := madrid(t)
	for text, want := range map[string]string{
		"tomorrow 15:30":          "2026-11-23 15:30",
		"15:30 tomorrow":          "2026-11-23 15:30",
		"Tomorrow at 3:30 pm":     "2026-11-23 15:30",
		"today 18:00":             "2026-11-22 18:00",
		"tue 9":                   "2026-11-24 09:00",
		"Tuesday, 9am":            "2026-11-24 09:00",
		"sun 9":                   "2026-11-29 09:00",
		"sun 14":                  "2026-11-22 14:00",
		"14:00":                   "2026-11-22 14:00",
		"9":                       "2026-11-23 09:00",
		"9.10":                    "",
		"15.30":                   "2026-11-22 15:30",
		"tomorrow 9.10":           "2026-11-23 09:10",
		"1530":                    "2026-11-22 15:30",
		"12:20":                   "2026-11-23 12:20",
		"in 2 hours":              "2026-11-22 14:20",
		"2h":                      "2026-11-22 14:20",
		"30m":                     "2026-11-22 12:50",
		"1h30":                    "2026-11-22 13:50",
		"1h 30m":                  "2026-11-22 13:50",
		"in half an hour":         "2026-11-22 12:50",
		"in an hour":              "2026-11-22 13:20",
		"1.5 hours":               "2026-11-22 13:50",
		"in 3 days":               "2026-11-25 12:20",
		"in 3 days at 10":         "2026-11-25 10:00",
		"in a week":               "2026-11-29 12:20",
		"next monday 10am":        "2026-11-23 10:00",
		"next sunday 10am":        "2026-11-29 10:00",
		"next week tue 10:15":     "2026-11-24 10:15",
		"24 nov 16:00":            "2026-11-24 16:00",
		"nov 24 16:00":            "2026-11-24 16:00",
		"24th of November at 4pm": "2026-11-24 16:00",
		"tue 24 nov 16:00":        "2026-11-24 16:00",
		"24nov 4pm":               "2026-11-24 16:00",
		"2026-11-24 16:00":        "2026-11-24 16:00",
		"2026-11-24T16:00":        "2026-11-24 16:00",
		"24.11. 16:00":            "2026-11-24 16:00",
		"24.11 16:00":             "2026-11-24 16:00",
		"24.11.2026 16:00":        "2026-11-24 16:00",
		"24.11.26, 16:00":         "2026-11-24 16:00",
		"24/11 16:00":             "2026-11-24 16:00",
		"11/24 16:00":             "2026-11-24 16:00",
		"10 jan 11:00":            "2027-01-10 11:00",
		"tomorrow noon":           "2026-11-23 12:00",
		"tomorrow 12am":           "2026-11-23 00:00",
		"tomorrow 12pm":           "2026-11-23 12:00",
		"tomorrow evening 7":      "2026-11-23 19:00",
		"tomorrow morning at 9":   "2026-11-23 09:00",
		"23:59":                   "2026-11-22 23:59",
		"завтра 15:30":            "2026-11-23 15:30",
		"завтра в 15:30":          "2026-11-23 15:30",
		"послезавтра 10":          "2026-11-24 10:00",
		"через 2 часа":            "2026-11-22 14:20",
		"через час":               "2026-11-22 13:20",
		"через полчаса":           "2026-11-22 12:50",
		"через полтора часа":      "2026-11-22 13:50",
		"через 3 дня":             "2026-11-25 12:20",
		"через неделю в 10":       "2026-11-29 10:00",
		"в пт 10":                 "2026-11-27 10:00",
		"в пятницу в 10 утра":     "2026-11-27 10:00",
		"завтра в 3 часа дня":     "2026-11-23 15:00",
		"завтра в 3 дня":          "2026-11-23 15:00",
		"завтра днём в 3":         "2026-11-23 15:00",
		"завтра в 7 вечера":       "2026-11-23 19:00",
		"в следующий понедельник 10":  "2026-11-23 10:00",
		"на следующей неделе в пт 10": "2026-11-27 10:00",
		"24 ноября 16:00":             "2026-11-24 16:00",
		"mañana a las 15:30":          "2026-11-23 15:30",
		"mañana a las 9 de la mañana": "2026-11-23 09:00",
		"en 2 horas":                  "2026-11-22 14:20",
		"el martes a las 9":           "2026-11-24 09:00",
		"morgen um 15 Uhr":            "2026-11-23 15:00",
		"am Dienstag um 9":            "2026-11-24 09:00",
		"in 2 Stunden":                "2026-11-22 14:20",
		"24. November 16:00":          "2026-11-24 16:00",
	} {
		got, err := ParseWhen(text, whenNow(loc), loc)
		if want == "" {
			if err == nil {
				t.Errorf("%q: %v, want a refusal", text, got)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if s := got.In(loc).Format("2006-01-02 15:04"); s != want {
			t.Errorf("%q is %s, want %s", text, s, want)
		}
		if got.Location() != time.UTC {
			t.Errorf("%q: not UTC", text)
		}
	}
}

func TestParseWhenRefuses(t *testing.T) {
	loc := madrid(t)
	for text, want := range map[string]string{
		"":                 "no time is given",
		" \t ":             "no time is given",
		"soon":             `"soon" is not a word of a time`,
		"tomorrow":         "not the time of day",
		"tomorrow morning": "the part of the day is clear",
		"today 9:00":       "Sun 22 Nov 09:00 has passed; it is Sun 22 Nov 12:20 in Madrid",
		"20 nov 10:00":     "has passed",
		"2025-11-24 16:00": "has passed",
		"2029-11-24 16:00": "more than a year away",
		"in 99999 weeks":   "not a number",
		"in 9999 weeks":    "more than a year away",
		"11/12 10:00":      "name the month",
		"fri 24 nov 10:00": "24 Nov 2026 is a Tuesday, not a Friday",
		"30 feb 10:00":     "has no day 30",
		"29.02.2027 10:00": "has no day 29",
		"32.11. 10:00":     "is not a date",
		"tomorrow 25:00":   "is not a time of day",
		"tomorrow 24":      "24 is not an hour",
		"tomorrow 13pm":    "does not go with",
		"tomorrow 9-10":    "not a range",
		"tomorrow 9 10":    "two times of day",
		"tomorrow today 9": "two days",
		"mon tue 9":        "two weekdays",
		"in 2 hours at 9":  "not both",
		"next week 10":     "which day",
		"nov":              "which day of November",
		"half":             `"half"`,
		"0m":               "no time of day",
		"2027-03-28 02:30": "does not exist on Sun 28 Mar in Madrid",
		"2027-10-31 02:30": "comes twice on Sun 31 Oct in Madrid",
	} {
		got, err := ParseWhen(text, whenNow(loc), loc)
		if err == nil {
			t.Errorf("%q: got %v, want a refusal", text, got)
			continue
		}
		if CodeOf(err) != CodeInvalid || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "tomorrow 15:30") {
			t.Errorf("%q: %q, want %q and examples", text, err, want)
		}
	}
}

func TestParseWhenMeansTheCustomersClock(t *testing.T) {
	auckland, err := Zone("Pacific/Auckland")
	if err != nil {
		t.Fatal(err)
	}
	// It is Sunday noon in Madrid, and Monday 00:20 in Auckland.
	got, err := ParseWhen("tomorrow 9", whenNow(madrid(t)), auckland)
	if err != nil {
		t.Fatal(err)
	}
	if s := got.In(auckland).Format("Mon 2 Jan 15:04"); s != "Tue 24 Nov 09:00" {
		t.Errorf("tomorrow in Auckland is %s", s)
	}
}

var whenZones = []string{"Europe/Madrid", "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Auckland", "America/St_Johns", "Africa/Casablanca"}

func drawNow(t *rapid.T) (time.Time, *time.Location) {
	loc, err := Zone(rapid.SampledFrom(whenZones).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	return time.Unix(rapid.Int64Range(1.7e9, 2.4e9).Draw(t, "now"), 0).In(loc), loc
}

// What FormatWhen shows, ParseWhen reads back to the same minute.
func TestFormatWhenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now, loc := drawNow(t)
		want := now.Add(time.Duration(rapid.IntRange(2, 180*minutesADay).Draw(t, "ahead")) * time.Minute).Truncate(time.Minute)
		text := FormatWhen(want, now, loc)
		got, err := ParseWhen(text, now, loc)
		if err != nil {
			if strings.Contains(err.Error(), "comes twice") {
				return
			}
			t.Fatalf("%q at %v: %v", text, now, err)
		}
		if !got.Equal(want) {
			t.Fatalf("%q at %v is %v, want %v", text, now, got, want)
		}
	})
}

// A length of time is exact on every clock, also across its changes.
func TestParseWhenLengthsAreInstants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now, loc := drawNow(t)
		minutes := rapid.IntRange(1, 9999).Draw(t, "minutes")
		text := rapid.SampledFrom([]string{"in %d minutes", "%dm", "через %d минут", "%d min"}).Draw(t, "form")
		text = strings.Replace(text, "%d", strconv.Itoa(minutes), 1)
		got, err := ParseWhen(text, now, loc)
		if err != nil {
			t.Fatal(err)
		}
		want := now.Add(time.Duration(minutes) * time.Minute)
		if d := got.Sub(want); d < 0 || d >= time.Minute {
			t.Fatalf("%q is off by %v", text, d)
		}
	})
}

// A time of day is on the clock as typed, within a day, or refused in words.
func TestParseWhenClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now, loc := drawNow(t)
		minute := rapid.IntRange(0, minutesADay-1).Draw(t, "minute")
		text := time.Date(2000, 1, 1, 0, minute, 0, 0, time.UTC).Format("15:04")
		got, err := ParseWhen(text, now, loc)
		if err != nil {
			if !strings.Contains(err.Error(), "twice") && !strings.Contains(err.Error(), "not exist") {
				t.Fatal(err)
			}
			return
		}
		if s := got.In(loc).Format("15:04"); s != text || got.Sub(now) > 26*time.Hour {
			t.Fatalf("%s at %v is %v", text, now, got.In(loc))
		}
	})
}

func FuzzParseWhen(f *testing.F) {
	for _, s := range []string{"tomorrow 15:30", "1h30", "24.11. 16:00", "через полтора часа", "9.10", "next week", "\x1b[31m9", "a.m.", "in 2.5 days at 12am"} {
		f.Add(s, int64(1795000000))
	}
	loc := madrid(f)
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		now := time.Unix(unix%4e9, 0)
		got, err := ParseWhen(text, now, loc)
		switch {
		case err != nil && (CodeOf(err) != CodeInvalid || Line(err.Error()).Altered()):
			t.Errorf("%q: %q", text, err)
		case err == nil && (!got.After(now) || got.Sub(now) > maxWhenDays*24*time.Hour):
			t.Errorf("%q is %v, at %v", text, got, now)
		}
	})
}
