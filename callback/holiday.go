package callback

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rickar/cal/v2"
)

// National stands in a calling window's holidays for those of the region that
// the customer's number belongs to.
const National = "national"

// Holiday is a day on which nobody works.
type Holiday struct {
	// Date is a calendar date, "2026-12-25".
	Date string `json:"date"`
	Name string `json:"name"`
	// Calendar is the name of the calendar that has it; empty for a date that
	// the policy names itself.
	Calendar string `json:"calendar,omitempty"`
}

// calendars is calendarTable, made when a date is first looked up: most runs
// of the program ask for none.
var calendars = sync.OnceValue(func() map[string][][]*cal.Holiday {
	// The library computes dates as midnights of this zone. In the machine's
	// own, a midnight that a clock change skips would become another date.
	cal.DefaultLoc = time.UTC
	return calendarTable()
})

// Calendars lists the names of the holiday calendars that a policy may use, in
// the order of the alphabet: "us" for a country, "de-by" for a part of one.
func Calendars() []string {
	var out []string
	for name := range calendars() {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// IsCalendar tells whether there is a holiday calendar of a name.
func IsCalendar(name string) bool {
	_, ok := calendars()[name]
	return ok
}

// HolidaysOf lists a calendar's holidays of a year, in order: the day itself
// and, where it falls on a weekend and is made up for, the day off. Nothing if
// there is no such calendar.
func HolidaysOf(calendar string, year int) []Holiday {
	days := yearOf(calendar, year)
	out := make([]Holiday, 0, len(days))
	for day, name := range days {
		date := time.Date(year, time.Month(day/100), day%100, 0, 0, 0, 0, time.UTC)
		out = append(out, Holiday{Date: dateOf(date), Name: name, Calendar: calendar})
	}
	slices.SortFunc(out, func(a, b Holiday) int { return cmp.Compare(a.Date, b.Date) })
	return out
}

// yearDays are the holidays of a year by month·100 + day.
type yearDays map[int]string

// years keeps computed years: a queue asks for the same few all day.
var years sync.Map

type yearKey struct {
	calendar string
	year     int
}

func yearOf(calendar string, year int) yearDays {
	key := yearKey{calendar, year}
	if days, ok := years.Load(key); ok {
		return days.(yearDays)
	}
	lists, ok := calendars()[calendar]
	if !ok {
		return nil
	}
	days := daysOf(lists[0], year)
	for _, other := range lists[1:] {
		also := daysOf(other, year)
		for day := range days {
			if also[day] == "" {
				delete(days, day)
			}
		}
	}
	years.Store(key, days)
	return days
}

// daysOf computes a list's days that fall into a year: a New Year's Day may be
// made up for in the December before it.
func daysOf(list []*cal.Holiday, year int) yearDays {
	days := yearDays{}
	for _, h := range list {
		for _, y := range []int{year - 1, year, year + 1} {
			actual, observed := h.Calc(y)
			for _, at := range []time.Time{actual, observed} {
				if !at.IsZero() && at.Year() == year {
					days[dayKey(at)] = h.Name
				}
			}
		}
	}
	return days
}

func dayKey(t time.Time) int { return int(t.Month())*100 + t.Day() }

// holidayIn tells whether the date that t shows is on a list of dates and
// calendars, and its name. region stands for National.
func holidayIn(list []string, region string, t time.Time) (name string, yes bool) {
	date := ""
	for _, entry := range list {
		if entry == National {
			entry = strings.ToLower(region)
		}
		if name := yearOf(entry, t.Year())[dayKey(t)]; name != "" {
			return name, true
		}
		if date == "" {
			date = dateOf(t)
		}
		if entry == date {
			return "", true
		}
	}
	return "", false
}

// holidaysIn lists what a list of dates and calendars says of a year; region
// stands for National.
func holidaysIn(list []string, region string, year int) []Holiday {
	var out []Holiday
	for _, entry := range list {
		if entry == National {
			entry = strings.ToLower(region)
		}
		if at, err := time.Parse(time.DateOnly, entry); err == nil {
			if at.Year() == year {
				out = append(out, Holiday{Date: entry})
			}
			continue
		}
		out = append(out, HolidaysOf(entry, year)...)
	}
	return out
}

// HolidayUse is a holiday that a policy counts, and where.
type HolidayUse struct {
	Holiday
	// Business tells that no business hours are counted on it.
	Business bool `json:"business"`
	// Windows are the regions in which nobody is phoned on it; "" stands for
	// all that have no window of their own.
	Windows []string `json:"windows,omitempty"`
}

// Holidays lists the holidays of a year that the policy counts, in order. In
// the window of all other regions, National stands for each of those given.
func (p Policy) Holidays(year int, regions ...string) []HolidayUse {
	found := map[Holiday]*HolidayUse{}
	use := func(h Holiday) *HolidayUse {
		if found[h] == nil {
			found[h] = &HolidayUse{Holiday: h}
		}
		return found[h]
	}
	for _, h := range holidaysIn(p.Business.Holidays, "", year) {
		use(h).Business = true
	}
	window := func(w Window, region string) {
		for _, h := range holidaysIn(w.Holidays, region, year) {
			if u := use(h); !slices.Contains(u.Windows, w.Region) {
				u.Windows = append(u.Windows, w.Region)
			}
		}
	}
	for _, w := range p.Windows {
		window(w, w.Region)
	}
	for _, region := range regions {
		window(p.windowFor(region), region)
	}
	out := make([]HolidayUse, 0, len(found))
	for _, u := range found {
		slices.Sort(u.Windows)
		out = append(out, *u)
	}
	slices.SortFunc(out, func(a, b HolidayUse) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Calendar, b.Calendar), cmp.Compare(a.Name, b.Name))
	})
	return out
}
