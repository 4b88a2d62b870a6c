package callback_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// Dates that governments published, among them moved, made-up, Julian and
// abolished ones.
func TestKnownHolidays(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		calendar, date string
		is             bool
	}{
		{"us", "2026-11-26", true},  // Thanksgiving
		{"us", "2026-11-27", false}, // the day after is not federal
		{"us", "2027-12-31", true},  // for New Year's Day 2028, a Saturday
		{"gb", "2026-12-25", true},
		{"gb", "2026-12-28", true}, // for Boxing Day, a Saturday
		{"de", "2026-10-03", true},
		{"de", "2026-01-06", false},
		{"de-by", "2026-01-06", true}, // Epiphany, in Bavaria
		{"au", "2026-01-26", true},
		{"au", "2026-11-03", false}, // Melbourne Cup Day
		{"au-vic", "2026-11-03", true},
		{"ch", "2026-08-01", true},
		{"ch", "2026-03-19", false}, // St Joseph's Day, in some cantons
		{"gr", "2026-04-13", true},  // Orthodox Easter Monday
		{"jp", "2026-03-20", true},  // the equinox
		{"dk", "2023-05-05", true},  // the last Great Prayer Day
		{"dk", "2024-04-26", false},
		{"pl", "2024-12-24", false},
		{"pl", "2025-12-24", true},
		{"us", "2026-07-04", true},
		{"us", "2026-07-03", true}, // for the 4th, a Saturday
	} {
		at, err := time.Parse(time.DateOnly, row.date)
		if err != nil {
			t.Fatal(err)
		}
		list := callback.HolidaysOf(row.calendar, at.Year())
		is := slices.ContainsFunc(list, func(h callback.Holiday) bool { return h.Date == row.date && h.Name != "" && h.Calendar == row.calendar })
		if is != row.is {
			t.Errorf("%s in %s: %v, want %v; %v", row.date, row.calendar, is, row.is, list)
		}
	}
	if got := callback.HolidaysOf("atlantis", 2026); len(got) != 0 {
		t.Errorf("a calendar that does not exist has %v", got)
	}
}

// Every calendar can be computed for every year of a working life, in order,
// with some holidays but not too many.
func TestCalendarsAreUsable(t *testing.T) {
	t.Parallel()
	names := callback.Calendars()
	if !slices.IsSorted(names) || len(names) < 70 {
		t.Fatalf("%d calendars: %v", len(names), names)
	}
	for _, name := range names {
		if country, _, _ := strings.Cut(name, "-"); !callback.IsCalendar(country) {
			t.Errorf("%s has no country", name)
		}
		for year := 2020; year <= 2060; year++ {
			list := callback.HolidaysOf(name, year)
			if len(list) < 4 || len(list) > 25 {
				t.Fatalf("%s has %d holidays in %d", name, len(list), year)
			}
			for i, h := range list {
				if !strings.HasPrefix(h.Date, time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006")) || i > 0 && list[i-1].Date >= h.Date {
					t.Fatalf("%s in %d: %+v", name, year, list)
				}
			}
		}
	}
}

// Nobody is phoned on a holiday of the number's own region; other regions work.
func TestWindowsKeepNationalHolidays(t *testing.T) {
	t.Parallel()
	p := callback.DefaultPolicy("north")
	london, _ := callback.Zone("Europe/London")
	boxing := time.Date(2026, 12, 28, 11, 0, 0, 0, london)
	for _, row := range []struct {
		region string
		opens  string // "" if open
	}{
		{"GB", "2026-12-29 09:00"},
		{"ES", ""},
		{"PT", ""}, // no calendar is known
		{"", ""},
	} {
		o := p.Window(row.region, []string{"Europe/London"}, boxing)
		if row.opens == "" {
			if !o.Open {
				t.Errorf("%s: closed until %v", row.region, o.At)
			}
			continue
		}
		if o.Open || o.At.In(london).Format("2006-01-02 15:04") != row.opens {
			t.Errorf("%s: %+v, want closed until %s", row.region, o, row.opens)
		}
	}
	p.Windows[0].Holidays = []string{"2026-12-29", "de"}
	if o := p.Window("PT", []string{"Europe/London"}, boxing.AddDate(0, 0, 1)); o.Open || o.At.In(london).Day() != 30 {
		t.Errorf("the policy's own date: %+v", o)
	}
	if o := p.Window("PT", []string{"Europe/London"}, time.Date(2026, 5, 1, 11, 0, 0, 0, london)); o.Open {
		t.Errorf("a calendar by name is not kept: %+v", o)
	}
}

// The clock of business deadlines stands still on holidays, the wall clock
// does not.
func TestDeadlinesKeepHolidays(t *testing.T) {
	t.Parallel()
	p := callback.DefaultPolicy("north")
	p.Zone, p.Business.Holidays = "Europe/London", []string{"gb", "2026-12-29"}
	three := 3
	answered := time.Date(2026, 12, 24, 16, 0, 0, 0, time.UTC) // a Thursday
	plan := p.Decide(callback.Response{Score: &three, AnsweredAt: answered}).Plan
	// Two hours on Thursday, none on Christmas Day, the weekend, Boxing Day and
	// the 29th, six on the 30th.
	if want := time.Date(2026, 12, 30, 15, 0, 0, 0, time.UTC); !plan.FirstDue.Equal(want) {
		t.Errorf("first due %v, want %v", plan.FirstDue, want)
	}
	if want := answered.Add(24 * time.Hour); !plan.WallDue.Equal(want) {
		t.Errorf("wall due %v, want %v", plan.WallDue, want)
	}
}

// A policy's holidays are listed once, with everything that keeps them.
func TestHolidaysOfAPolicy(t *testing.T) {
	t.Parallel()
	p := callback.DefaultPolicy("north")
	p.Business.Holidays = []string{"us", "2026-06-01"}
	list := p.Holidays(2026, "US", "GB", "AU")
	if !slices.IsSortedFunc(list, func(a, b callback.HolidayUse) int { return strings.Compare(a.Date, b.Date) }) {
		t.Errorf("not in order: %+v", list)
	}
	seen := map[string]callback.HolidayUse{}
	for _, u := range list {
		key := u.Date + " " + u.Calendar
		if _, twice := seen[key]; twice {
			t.Errorf("%s stands twice", key)
		}
		seen[key] = u
	}
	for key, want := range map[string]struct {
		business bool
		windows  string
	}{
		"2026-11-26 us": {true, ""}, // Thanksgiving, in the window of all other regions too
		"2026-06-01 ":   {true, "none"},
		"2026-08-31 gb": {false, ""},
		"2026-04-25 au": {false, "AU"},
		"2026-07-14 fr": {false, "FR"},
	} {
		u, ok := seen[key]
		windows := "none"
		if len(u.Windows) > 0 {
			windows = strings.Join(u.Windows, ",")
		}
		if !ok || u.Business != want.business || windows != want.windows {
			t.Errorf("%s: %+v, %v; want %+v", key, u, ok, want)
		}
	}
}
