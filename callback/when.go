package callback

import (
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// whenHint ends every refusal: examples say more than a grammar.
const whenHint = `write it like "tomorrow 15:30", "tue 9", "in 2 hours", "24 nov 16:00" or "15:00 Mexico City"`

// maxWhenDays is how far ahead an agreed time may lie; further is a slip.
const maxWhenDays = 366

// ParseWhen reads a time as a person types it while agreeing it with a
// customer, on the customer's clock: "tomorrow 15:30", "tue 9", "14:00", "2h",
// "in 3 days at 10", "next monday 10am", "24 nov 16:00", "2026-11-24 16:00",
// "24.11. 16:00"; and the same in Russian, Spanish and German. A city or zone of
// the time zone database beside it means the clock there: "15:00 Mexico City",
// "3pm Europe/Madrid". It gives an instant after now, UTC.
//
// A time of day that has passed means tomorrow, a weekday the coming one, and
// "next" with a weekday that of the week after this, counted from Monday. A
// date without a year is the nearest one. Nothing else is guessed: a date of
// two readings, a time that the clock skips or shows twice, and a time that
// has passed are refused with a sentence for the agent (CodeInvalid).
func ParseWhen(text string, now time.Time, loc *time.Location) (time.Time, error) {
	clean := strings.ToLower(norm.NFC.String(Line(text).String()))
	clean, loc = whenPlace(clean, loc)
	p := &whenParser{tokens: whenTokens(strings.ReplaceAll(clean, "ё", "е")), clock: -1, part: -1, number: -1}
	if len(p.tokens) == 0 {
		return time.Time{}, whenError("no time is given")
	}
	if err := p.read(); err != nil {
		return time.Time{}, err
	}
	now = now.In(loc)
	at, err := p.resolve(now)
	switch {
	case err != nil:
		return time.Time{}, err
	case !at.After(now):
		return time.Time{}, whenError("%s has passed; it is %s in %s", FormatWhen(at, now, loc), FormatWhen(now, now, loc), City(loc.String()))
	case at.Sub(now) > maxWhenDays*24*time.Hour:
		return time.Time{}, whenError("%s is more than a year away", FormatWhen(at, now, loc))
	}
	return at.UTC(), nil
}

// FormatWhen shows an instant on a zone's clock in words that ParseWhen reads
// back: "Tue 24 Nov 15:30", with the year if it is not that of now.
func FormatWhen(t, now time.Time, loc *time.Location) string {
	t = t.In(loc)
	if t.Year() != now.In(loc).Year() {
		return t.Format("Mon 2 Jan 2006 15:04")
	}
	return t.Format("Mon 2 Jan 15:04")
}

func whenError(format string, args ...any) error {
	return Errorf(CodeInvalid, format, args...).WithHint("%s", whenHint)
}

// resolve gives the instant that the parts name, as seen from now on the
// customer's clock.
func (p *whenParser) resolve(now time.Time) (time.Time, error) {
	if p.minutes > 0 {
		if p.clock >= 0 || p.dated() || p.days > 0 {
			return time.Time{}, whenError("it is either so long from now or at a time, not both")
		}
		if p.minutes > maxWhenDays*minutesADay {
			return time.Time{}, whenError("that is more than a year away")
		}
		return now.Add(time.Duration(p.minutes)*time.Minute + time.Minute - 1).Truncate(time.Minute), nil
	}
	if p.days > 0 && p.clock < 0 {
		p.clock = minuteOf(now)
	}
	if p.clock < 0 && p.dated() {
		return time.Time{}, whenError("the day is clear, but not the time of day")
	}
	if p.clock < 0 {
		return time.Time{}, whenError("there is no time of day in it")
	}
	day, err := p.date(now)
	if err != nil {
		return time.Time{}, err
	}
	at, err := onClock(day, p.clock)
	if err == nil && !p.dated() && p.days == 0 && !at.After(now) {
		return onClock(nextDay(now), p.clock)
	}
	return at, err
}

// dated tells whether a day was named in any way but by counting.
func (p *whenParser) dated() bool { return p.named || p.hasWeekday || p.month > 0 || p.nextWeek }

// date gives midnight or so of the day that the parts name.
func (p *whenParser) date(now time.Time) (time.Time, error) {
	plus := func(days int) time.Time {
		return time.Date(now.Year(), now.Month(), now.Day()+days, 12, 0, 0, 0, now.Location())
	}
	if p.days > maxWhenDays {
		return time.Time{}, whenError("that is more than a year away")
	}
	day := plus(p.day + p.days)
	switch {
	case p.month > 0:
		d, err := p.calendar(now)
		if err != nil {
			return d, err
		}
		day = d
	case p.named || p.days > 0:
	case p.hasWeekday:
		return p.weekdayDate(now, plus), nil
	case p.nextWeek || p.next:
		return time.Time{}, whenError("which day of next week is it?")
	}
	if p.hasWeekday && day.Weekday() != p.weekday {
		return time.Time{}, whenError("%s is a %s, not a %s", day.Format("2 Jan 2006"), day.Weekday(), p.weekday)
	}
	return day, nil
}

func (p *whenParser) weekdayDate(now time.Time, plus func(int) time.Time) time.Time {
	fromMonday := func(d time.Weekday) int { return (int(d) + 6) % 7 }
	if p.next || p.nextWeek {
		return plus(7 - fromMonday(now.Weekday()) + fromMonday(p.weekday))
	}
	ahead := (int(p.weekday) - int(now.Weekday()) + 7) % 7
	if ahead == 0 && p.clock <= minuteOf(now) {
		ahead = 7
	}
	return plus(ahead)
}

// calendar gives a day of the calendar. Without a year it is the nearest such
// day, so that a date just past is refused and not put off by a year.
func (p *whenParser) calendar(now time.Time) (time.Time, error) {
	on := func(year int) (time.Time, bool) {
		t := time.Date(year, p.month, p.monthDay, 12, 0, 0, 0, now.Location())
		return t, t.Month() == p.month && t.Day() == p.monthDay
	}
	if p.year > 0 {
		if t, ok := on(p.year); ok {
			return t, nil
		}
		return time.Time{}, whenError("%s has no day %d in %d", p.month, p.monthDay, p.year)
	}
	best, found := time.Time{}, false
	for year := now.Year() - 1; year <= now.Year()+1; year++ {
		t, ok := on(year)
		if ok && (!found || t.Sub(now).Abs() < best.Sub(now).Abs()) {
			best, found = t, true
		}
	}
	if !found {
		return time.Time{}, whenError("%s has no day %d", p.month, p.monthDay)
	}
	return best, nil
}

// onClock gives the instant at which a day's clock shows a minute. It refuses
// minutes that a change of the clock leaves out or repeats.
func onClock(day time.Time, minute int) (time.Time, error) {
	t := atMinute(day, minute)
	start, end := t.ZoneBounds()
	wall := time.Date(day.Year(), day.Month(), day.Day(), minute/60, minute%60, 0, 0, time.UTC)
	var hits []time.Time
	for _, probe := range []time.Time{start.Add(-time.Second), t, end} {
		_, offset := probe.In(day.Location()).Zone()
		hit := wall.Add(-time.Duration(offset) * time.Second).In(day.Location())
		if minuteOf(hit) == minute && dateOf(hit) == dateOf(wall) && (len(hits) == 0 || !hits[0].Equal(hit)) {
			hits = append(hits, hit)
		}
	}
	switch {
	case len(hits) == 1:
		return hits[0], nil
	case len(hits) > 1:
		return time.Time{}, whenError("%s comes twice on %s in %s, because the clocks go back; agree a time outside that hour",
			wall.Format("15:04"), wall.Format("Mon 2 Jan"), City(day.Location().String()))
	}
	return time.Time{}, whenError("%s does not exist on %s in %s, because the clocks go forward; agree a later time",
		wall.Format("15:04"), wall.Format("Mon 2 Jan"), City(day.Location().String()))
}
