package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// echo says how a time that is being typed is understood, on both clocks, and
// what speaks against it.
func (c *call) echo(f callField, w int) []string {
	s := c.e.styles
	if c.sheet.trimmed(f) == "" {
		if c.focus != f {
			return nil
		}
		return paint(s.faint, wrapMax(say("on the clock of %s", c.sheet.city()), w, 1))
	}
	at := c.sheet.when(f)
	if at.IsZero() {
		_, err := callback.ParseWhen(c.sheet.text(f), c.now, c.sheet.theirs)
		return paint(s.faint, wrapMax(say("? %s", sentence(err)), w, 3))
	}
	out := paint(s.accent, wrapMax(say("= %s", c.sheet.both(at, c.now)), w, 2))
	if warn := c.against(f, at); warn.String() != "" {
		out = append(out, paint(s.warn, wrapMax(say("! %s", warn), w, 3))...)
	}
	return out
}

func sentence(err error) string {
	if err == nil {
		return "type it again"
	}
	return err.Error()
}

// against says what speaks against a time, or nothing.
func (c *call) against(f callField, at time.Time) callback.Text {
	p, ph := c.sheet.policy, c.sheet.phone()
	switch {
	case !at.After(c.now):
		return say("that time has passed")
	case f != fieldCallback:
		return callback.Text{}
	}
	if stop := p.MayAgree(c.view(), at, c.now); stop.Stops() {
		return say("%s", stop.Words)
	}
	if o := p.Window(ph.Region, ph.Zones, at); !o.Open {
		return say("outside calling hours; keep it only if the customer asked for it")
	}
	return callback.Text{}
}

// The grid has a column for each day and a row for each hour of the legal day.
const (
	gridDays  = 7
	gridCell  = 5
	gridLabel = 6
)

// hasGrid tells whether a time can be chosen from days and hours in a field.
func hasGrid(f callField) bool { return f == fieldCallback || f == fieldDue }

// gridKey moves in the grid; it tells whether the key was for it. The first
// arrow up or down enters the grid, text leaves it.
func (c *call) gridKey(msg tea.KeyPressMsg) bool {
	k := c.keys.move
	days, hours := 0, 0
	switch {
	case msg.Text != "":
		c.pick.grid = false
		return false
	case pressed(msg, k.up):
		hours = -1
	case pressed(msg, k.down):
		hours = 1
	case c.pick.grid && pressed(msg, k.left):
		days = -1
	case c.pick.grid && pressed(msg, k.right):
		days = 1
	default:
		return false
	}
	at := c.sheet.when(c.focus)
	if !c.pick.grid {
		c.pick.grid = true
		days, hours = 0, 0
	}
	if at.IsZero() {
		at, days, hours = c.firstSlot(), 0, 0
	}
	c.putSlot(c.moved(at, days, hours))
	return true
}

// firstSlot is where the grid begins: the first full hour at which the
// customer may be called, an hour from now or later.
func (c *call) firstSlot() time.Time {
	ph := c.sheet.phone()
	from := c.now.Add(2 * time.Hour).Truncate(time.Hour)
	if o := c.sheet.policy.Window(ph.Region, ph.Zones, from); !o.Open && !o.At.IsZero() {
		return o.At
	}
	return from
}

// moved steps through days and hours on the customer's clock, within the legal
// day; a step into the past is not taken.
func (c *call) moved(at time.Time, days, hours int) time.Time {
	l := at.In(c.sheet.theirs)
	first, last := c.legalHours()
	hour := clamp(l.Hour()+hours, min(first, l.Hour()), max(last, l.Hour()))
	minute := l.Minute()
	next := time.Date(l.Year(), l.Month(), l.Day()+days, hour, minute, 0, 0, c.sheet.theirs)
	if !next.After(c.now) {
		return at
	}
	return next
}

func (c *call) legalHours() (first, last int) {
	legal := c.sheet.policy.Legal
	if legal.To <= legal.From {
		return 0, 23
	}
	return (legal.From + 59) / 60, (legal.To - 1) / 60
}

// putSlot writes a time into the field, as if it had been typed.
func (c *call) putSlot(at time.Time) {
	text := callback.FormatWhen(at, c.now, c.sheet.theirs)
	c.pen.set(c.focus, text)
	c.sheet.setText(c.focus, text, c.now)
}

// grid draws the days and hours around the time in hand. Hours in which the
// customer may not be called are marked.
func (c *call) grid(w, h int) []string {
	s := c.e.styles
	cols := clamp((w-gridLabel)/gridCell, 1, gridDays)
	at := c.sheet.when(c.focus)
	if at.IsZero() {
		at = c.firstSlot()
	}
	local := at.In(c.sheet.theirs)
	today := c.now.In(c.sheet.theirs)
	ahead := daysBetween(today, local)
	from := max(0, ahead-cols+1)
	first, last := c.legalHours()
	rows := clamp(h-1, 1, last-first+1)
	top := clamp(local.Hour()-rows/2, first, max(first, last-rows+1))
	head := blank(gridLabel)
	for d := range cols {
		day := today.AddDate(0, 0, from+d)
		head += pad(say("%s%d", day.Weekday().String()[:2], day.Day()), gridCell)
	}
	out := []string{s.faint.Render(head)}
	for r := range rows {
		hour := top + r
		line := s.faint.Render(pad(say("%02d:%02d", hour, local.Minute()), gridLabel))
		for d := range cols {
			day := today.AddDate(0, 0, from+d)
			cell := time.Date(day.Year(), day.Month(), day.Day(), hour, local.Minute(), 0, 0, c.sheet.theirs)
			line += c.gridCell(cell, from+d == ahead && hour == local.Hour())
		}
		out = append(out, line)
	}
	return out
}

func (c *call) gridCell(cell time.Time, on bool) string {
	s, ph := c.e.styles, c.sheet.phone()
	mark, style := "  ·  ", s.text
	if !cell.After(c.now) {
		mark, style = "     ", s.faint
	} else if !c.sheet.policy.Window(ph.Region, ph.Zones, cell).Open {
		mark, style = "  –  ", s.faint
	}
	if on {
		mark, style = " [x] ", s.selection
	}
	return style.Render(mark)
}

// daysBetween counts calendar days on one clock.
func daysBetween(a, b time.Time) int {
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(day(b).Sub(day(a)) / (24 * time.Hour))
}
