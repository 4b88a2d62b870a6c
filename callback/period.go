package callback

import (
	"fmt"
	"strings"
	"time"
)

// Period is a span of days on the team's clock, both included.
type Period struct {
	Name string `json:"name"`
	// From is empty for all time.
	From string `json:"from,omitempty"`
	To   string `json:"to"`
}

// PeriodNames lists the periods that have names.
func PeriodNames() []string {
	return []string{"today", "week", "month", "quarter", "year", "all"}
}

// PeriodOf finds a period by its name, or by two dates "2026-01-01..2026-03-31",
// as seen at an instant on the team's clock. "week" is this week from Monday,
// "month" the last 30 days, "quarter" 91, "year" 365.
func PeriodOf(name string, now time.Time, loc *time.Location) (Period, error) {
	today := now.In(loc)
	back := func(days int) string { return dateOf(today.AddDate(0, 0, -days)) }
	p := Period{Name: name, To: dateOf(today)}
	switch name {
	case "today":
		p.From = p.To
	case "week":
		p.From = monday(p.To)
	case "month", "":
		p.Name, p.From = "month", back(29)
	case "quarter":
		p.From = back(90)
	case "year":
		p.From = back(364)
	case "all":
	default:
		from, to, ok := strings.Cut(name, "..")
		if !ok || !isDate(from) || !isDate(to) || to < from {
			return Period{}, Errorf(CodeInvalid, "period %q is not known", Line(name).String()).
				WithHint("use one of %s, or two dates such as 2026-01-01..2026-03-31", strings.Join(PeriodNames(), ", "))
		}
		p.From, p.To = from, to
	}
	return p, nil
}

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// monday gives the first day of a date's week; a bad date is given back.
func monday(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return dateOf(t.AddDate(0, 0, -(int(t.Weekday())+6)%7))
}

// Ago says how long ago something was, or how far ahead, in one or two words:
// "3 min", "2 h", "5 d".
func Ago(d time.Duration) string {
	d = d.Abs()
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d d", int(d.Hours()/24))
}
