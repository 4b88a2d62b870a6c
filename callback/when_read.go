package callback

import "time"

// whenParser collects the parts of a time as typed. A bare number waits in
// number until the next word says what it is: an hour, a day, a length.
type whenParser struct {
	tokens []whenToken
	at     int

	named    bool // by day: today, tomorrow
	day      int
	days     int // counted: "in 3 days"
	minutes  int // counted: "in 2 hours"
	clock    int // minute of the day, or -1
	part     int // of the day, or -1
	next     bool
	nextWeek bool

	weekday    time.Weekday
	hasWeekday bool
	year       int
	month      time.Month
	monthDay   int

	number  int  // in halves, or -1
	hour    bool // number is an hour: "at 3", "в 3 часа"
	ahead   bool // "in", "через"
	lastDur int  // minutes of the last unit, for "1h30"
}

func (p *whenParser) read() error {
	for p.at = 0; p.at < len(p.tokens); p.at++ {
		t := p.tokens[p.at]
		read := p.word
		if t.digits {
			read = p.digits
		}
		if err := read(t.text); err != nil {
			return err
		}
	}
	if err := p.flush(); err != nil {
		return err
	}
	return p.applyPart()
}

// peek gives the meaning of the next word.
func (p *whenParser) peek() (whenWord, bool) {
	if p.at+1 >= len(p.tokens) || p.tokens[p.at+1].digits {
		return whenWord{}, false
	}
	w, ok := whenWords[p.tokens[p.at+1].text]
	return w, ok
}

func (p *whenParser) word(text string) error {
	w, ok := whenWords[text]
	if !ok {
		return whenError("%q is not a word of a time, nor a city of a time zone", text)
	}
	switch w.is {
	case whenAt, whenAhead, whenNext:
		if err := p.flush(); err != nil {
			return err
		}
		p.hour, p.ahead = w.is == whenAt, w.is == whenAhead
		p.next = p.next || w.is == whenNext
	case whenDay:
		return p.namedDay(text, w.n)
	case whenWeekday:
		return p.onWeekday(time.Weekday(w.n))
	case whenMonth:
		return p.onMonth(time.Month(w.n))
	case whenUnit:
		return p.unit(text, w.n)
	case whenNumber:
		return p.numberWord(text, w.n)
	case whenPart:
		p.dayPart(w.n)
	case whenClock:
		return p.setClock(w.n)
	case whenSkip:
	}
	return nil
}

func (p *whenParser) namedDay(text string, days int) error {
	// "mañana" and "morgen" are the morning too: "mañana a las 9 de la mañana".
	if days == 1 && p.named && text != "tomorrow" {
		p.dayPart(partMorning)
		return nil
	}
	if err := p.flush(); err != nil {
		return err
	}
	if p.named || p.month > 0 {
		return whenError("two days are named")
	}
	p.named, p.day = true, days
	return nil
}

func (p *whenParser) onWeekday(d time.Weekday) error {
	if err := p.flush(); err != nil {
		return err
	}
	if p.hasWeekday && p.weekday != d {
		return whenError("two weekdays are named")
	}
	p.hasWeekday, p.weekday = true, d
	return nil
}

func (p *whenParser) onMonth(m time.Month) error {
	if p.month > 0 || p.named {
		return whenError("two days are named")
	}
	p.month = m
	if p.number >= 0 && !p.hour {
		p.monthDay, p.number = p.number/2, -1
		return p.maybeYear()
	}
	if err := p.flush(); err != nil {
		return err
	}
	if p.at+1 < len(p.tokens) && p.tokens[p.at+1].digits {
		if n, ok := numbers(trimDot(p.tokens[p.at+1].text), "."); ok && len(n) == 1 {
			p.monthDay, p.at = n[0], p.at+1
			return p.maybeYear()
		}
	}
	return whenError("which day of %s is it?", m)
}

// maybeYear takes the number after a date as its year if it looks like one of
// ours.
func (p *whenParser) maybeYear() error {
	if p.monthDay < 1 || p.monthDay > 31 {
		return whenError("%s has no day %d", p.month, p.monthDay)
	}
	if i := p.at + 1; i < len(p.tokens) && p.tokens[i].digits {
		if n, ok := numbers(p.tokens[i].text, "."); ok && len(n) == 1 && n[0] >= 2000 && n[0] < 2100 {
			p.year, p.at = n[0], i
		}
	}
	return nil
}

// unit ends a length ("2 hours"), or an hour that is said with its unit ("в 3
// часа дня"), or is the week of "next week".
func (p *whenParser) unit(text string, minutes int) error {
	switch {
	case minutes == minutesAWeek && p.next && p.number < 0:
		p.next, p.nextWeek = false, true
		return nil
	case p.number >= 0 && p.hour && minutes == minutesAnHour:
		return nil
	case p.number >= 0 && p.hour && text == "дня":
		p.dayPart(partEvening)
		return nil
	case p.clock >= 0 && text == "дня":
		p.dayPart(partEvening)
		return nil
	case p.hour && p.number >= 0:
		return whenError("a time of day is not counted in %s", text)
	}
	halves := p.number
	if halves < 0 {
		if !p.ahead && minutes != 30 {
			return whenError("how many of %q is it?", text)
		}
		halves = 2
	}
	p.number, p.lastDur = -1, minutes
	total := halves * minutes / 2
	if minutes < minutesADay || total%minutesADay != 0 {
		p.minutes += total
		return p.sane()
	}
	p.days += total / minutesADay
	return p.sane()
}

// sane keeps sums from overflowing, whatever is typed.
func (p *whenParser) sane() error {
	if p.minutes > 2*maxWhenDays*minutesADay || p.days > 2*maxWhenDays {
		return whenError("that is more than a year away")
	}
	return nil
}

func (p *whenParser) numberWord(text string, halves int) error {
	next, ok := p.peek()
	if ok && (next.is == whenUnit || next.is == whenNumber) {
		if p.number < 0 || halves < p.number {
			p.number = halves
		}
		return nil
	}
	if p.number >= 0 || text == "a" || text == "an" {
		return nil
	}
	return whenError("%q is not a word of a time here", text)
}

func (p *whenParser) dayPart(part int) {
	// German "am Dienstag" is not the English "am".
	if part == partAM && p.number < 0 && p.clock < 0 {
		return
	}
	p.part = part
}

func (p *whenParser) setClock(minute int) error {
	if err := p.flush(); err != nil {
		return err
	}
	if p.clock >= 0 {
		return whenError("two times of day are named; one is needed")
	}
	p.clock = minute
	return nil
}

// flush decides about a bare number: after a length in hours it is minutes
// ("1h30"), otherwise an hour.
func (p *whenParser) flush() error {
	if p.number < 0 {
		return nil
	}
	n := p.number
	p.number = -1
	switch {
	case n%2 != 0:
		return whenError("half of what is it?")
	case p.lastDur == minutesAnHour && p.minutes > 0 && !p.hour && n/2 < 60:
		p.minutes, p.lastDur = p.minutes+n/2, 0
		return nil
	case n/2 > 23:
		return whenError("%d is not an hour of the day", n/2)
	}
	p.hour = false
	if p.clock >= 0 {
		return whenError("two times of day are named; one is needed")
	}
	p.clock = n / 2 * minutesAnHour
	return nil
}

// applyPart moves an hour to the half of the day that was said with it.
func (p *whenParser) applyPart() error {
	if p.part < 0 {
		return nil
	}
	if p.clock < 0 {
		return whenError("the part of the day is clear, but not the time")
	}
	h, m := p.clock/60, p.clock%60
	twelve := p.part == partAM || p.part == partPM
	switch {
	case twelve && (h < 1 || h > 12), p.part == partMorning && h > 12:
		return whenError("%d does not go with that part of the day", h)
	case p.part == partAM && h == 12, p.part == partNight && h == 12:
		h = 0
	case p.part == partPM && h < 12, p.part == partEvening && h > 0 && h < 12, p.part == partNight && h >= 6 && h < 12:
		h += 12
	}
	p.clock = h*60 + m
	return nil
}
