package callback

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The next opening is allowed in every zone, and no earlier quarter of an hour
// is: over two years, so across every change of clocks.
func TestOpeningIsLegalInEveryZoneAcrossClockChanges(t *testing.T) {
	p := DefaultPolicy("main")
	names := []string{"America/New_York", "America/Los_Angeles", "Europe/Madrid", "Europe/London", "Asia/Tokyo", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu"}
	rapid.Check(t, func(rt *rapid.T) {
		zoneNames := rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, 3, rapid.ID).Draw(rt, "zones")
		region := rapid.SampledFrom([]string{"", "ES", "FR", "AU", "US"}).Draw(rt, "region")
		now := t0.Add(time.Duration(rapid.IntRange(0, 2*365*24*4).Draw(rt, "quarter")) * 15 * time.Minute)
		o := p.Window(region, zoneNames, now)
		if o.At.IsZero() {
			return // zones whose hours never meet
		}
		if o.Open != o.At.Equal(now) {
			rt.Fatalf("open %v at %s, now %s", o.Open, o.At, now)
		}
		if !allowed(p, region, zoneNames, o.At) || !p.AskedTime(zoneNames, o.At) {
			rt.Fatalf("%s is not allowed in %v", o.At, zoneNames)
		}
		for at := now; at.Before(o.At); at = at.Add(15 * time.Minute) {
			if allowed(p, region, zoneNames, at) {
				rt.Fatalf("said %s, but %s is allowed already", o.At, at)
			}
		}
		if o.Open && allowed(p, region, zoneNames, o.Until) && p.Window(region, zoneNames, o.Until.Add(-time.Minute)).Open && len(zoneNames) == 1 && region != "FR" {
			rt.Fatalf("said it closes at %s, but it is open then", o.Until)
		}
	})
}

// allowed is the rule written the slow way.
func allowed(p Policy, region string, zoneNames []string, at time.Time) bool {
	w := p.windowFor(region)
	for _, n := range zoneNames {
		loc, err := Zone(n)
		if err != nil {
			return false
		}
		local := at.In(loc)
		ok := false
		for _, h := range HolidaysOf(strings.ToLower(region), local.Year()) {
			if h.Date == local.Format("2006-01-02") {
				return false
			}
		}
		for _, s := range w.Hours[local.Weekday()] {
			m := local.Hour()*60 + local.Minute()
			ok = ok || m >= max(s.From, p.Legal.From) && m < min(s.To, p.Legal.To)
		}
		if !ok {
			return false
		}
	}
	return true
}

func TestHolidaysShutTheWindow(t *testing.T) {
	p := DefaultPolicy("main")
	p.Windows[0].Holidays = []string{"2026-03-02"}
	o := p.Window("", []string{"UTC"}, t0)
	if o.Open || !o.At.Equal(time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("opening %+v", o)
	}
}

func TestBusinessDeadlines(t *testing.T) {
	b := DefaultPolicy("main").Business
	madrid, err := Zone("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	day := func(d, h, m int) time.Time { return time.Date(2026, 3, d, h, m, 0, 0, madrid) }
	tests := []struct {
		name    string
		from    time.Time
		minutes int
		want    time.Time
	}{
		{"within a day", day(2, 10, 0), 120, day(2, 12, 0)},
		{"over night", day(2, 17, 0), 120, day(3, 10, 0)},
		{"over the weekend", day(6, 17, 30), 60, day(9, 9, 30)},
		{"asked at night", day(2, 3, 0), 60, day(2, 10, 0)},
		{"to the end of a day", day(2, 9, 0), 540, day(2, 18, 0)},
		{"over the clock change of 29 March", day(27, 17, 0), 120, day(30, 10, 0)},
	}
	for _, tc := range tests {
		if got := b.AddBusiness(tc.from, tc.minutes, madrid); !got.Equal(tc.want) {
			t.Errorf("%s: %s, want %s", tc.name, got.In(madrid), tc.want)
		}
	}
	b.Holidays = []string{"2026-03-03"}
	if got := b.AddBusiness(day(2, 17, 0), 120, madrid); !got.Equal(day(4, 10, 0)) {
		t.Errorf("holiday: %s", got.In(madrid))
	}
}

func TestRetriesStayInTheWindowAndRotateBands(t *testing.T) {
	p := DefaultPolicy("main")
	c := opened(t, p, 2)
	bands := map[string]bool{}
	at := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC) // 10:00 in New York
	for i := range 4 {
		call := complete(NoAnswer)
		call.StartedAt = at
		c, _ = Apply(p, c, event(t, string(rune('a'+i)), at, 1, call))
		if !c.State.Open() {
			t.Fatal("closed too early")
		}
		next := c.Plan.NotBefore
		if !next.After(at) || !allowed(p, "", c.Customer.Phone.Zones, next) {
			t.Fatalf("attempt %d at %s plans %s", i+1, at, next)
		}
		bands[c.Plan.Band] = true
		at = next
	}
	if len(bands) < 3 {
		t.Errorf("four attempts used the bands %v", bands)
	}
}

// A number of a region with hours of its own may be called when others may not,
// and that is said; where both agree, nothing is.
func TestOwnHours(t *testing.T) {
	p := DefaultPolicy("north")
	sunday := time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)
	zones := []string{"Europe/Lisbon"}
	for region, want := range map[string]string{"AU": "AU", "GB": "", "FR": "", "": ""} {
		if got := p.OwnHours(region, zones, sunday); got != want {
			t.Errorf("%q on a Sunday: %q, want %q", region, got, want)
		}
	}
	if got := p.OwnHours("AU", zones, sunday.AddDate(0, 0, 1)); got != "" {
		t.Errorf("on a Monday, when all are open: %q", got)
	}
}
