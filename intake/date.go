package intake

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"ringback/callback"
)

// DateOrder is the order of day, month and year where a date has numbers only.
type DateOrder string

// The orders. AnyOrder lets the file's own dates decide.
const (
	AnyOrder DateOrder = ""
	DMY      DateOrder = "dmy"
	MDY      DateOrder = "mdy"
	YMD      DateOrder = "ymd"
)

// ParseDateOrder reads the value of --date-order.
func ParseDateOrder(s string) (DateOrder, error) {
	switch o := DateOrder(strings.ToLower(strings.TrimSpace(s))); o {
	case AnyOrder, DMY, MDY, YMD:
		return o, nil
	}
	return AnyOrder, callback.Errorf(callback.CodeInvalid, "unknown date order %q", s).
		WithHint("it is dmy, mdy or ymd")
}

var (
	errNoDate    = errors.New("no date")
	errNotADate  = errors.New("is not a date")
	errDateOrder = errors.New("can be read as day/month or month/day")
)

// Dates before 1990 are artefacts: LimeSurvey writes 1980-01-01 where
// date-stamping is off, broken exports write the epochs of 1900 and 1970.
var earliest = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)

// ParseDate reads a moment as survey tools and spreadsheets write it: ISO
// 8601 and RFC 3339, numbers in the given order, names of months (English,
// German, French, Spanish, Russian), 12-hour clocks, Excel serials (days
// since 1899-12-30), unix seconds and milliseconds. Times without a zone are
// in zone. The result is UTC.
func ParseDate(cell string, order DateOrder, zone *time.Location) (time.Time, error) {
	s := strings.TrimSpace(asciiDigits(cell))
	if missing(AnsweredAt, s) {
		return time.Time{}, errNoDate
	}
	if t, ok := numericDate(s, zone); ok {
		return sane(t)
	}
	sc := scanner{s: s}
	day, err := sc.day(order)
	if err != nil {
		return time.Time{}, err
	}
	clock, err := sc.clock()
	if err != nil {
		return time.Time{}, err
	}
	if offset, ok, err := sc.offset(); err != nil {
		return time.Time{}, err
	} else if ok {
		zone = time.FixedZone("", offset)
	}
	if !sc.done() {
		return time.Time{}, errNotADate
	}
	t := time.Date(day.year, time.Month(day.month), day.day, 0, 0, 0, 0, time.UTC)
	if t.Day() != day.day || day.month < 1 || day.month > 12 {
		return time.Time{}, errNotADate // 31 April
	}
	return sane(time.Date(day.year, time.Month(day.month), day.day,
		clock.hour, clock.minute, clock.second, clock.nanos, zone).UTC())
}

func sane(t time.Time) (time.Time, error) {
	if t.Before(earliest) || t.Year() > 9999 {
		return time.Time{}, fmt.Errorf("is %s, which no survey can be from", t.Format("2006-01-02"))
	}
	return t, nil
}

// excelEpoch is day 0 of Excel serials; it makes up for the 29 February 1900
// that Excel believes in.
var excelEpoch = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

// numericDate reads a lone number. The ranges do not overlap: serials of
// 1990–2100 have five digits, dates eight, unix seconds nine or ten,
// milliseconds twelve or thirteen, dates with a time fourteen.
func numericDate(s string, zone *time.Location) (time.Time, bool) {
	whole, fraction, dotted := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	if whole == "" || strings.Trim(whole+fraction, "0123456789") != "" || len(fraction) > 17 {
		return time.Time{}, false
	}
	switch len(whole) {
	case 5:
		days, err := strconv.ParseFloat(whole+"."+fraction, 64)
		if err != nil {
			return time.Time{}, false
		}
		d := excelEpoch.AddDate(0, 0, int(days))
		seconds := int(math.Round((days - math.Floor(days)) * 86400))
		return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, seconds, 0, zone).UTC(), true
	case 9, 10:
		n, err := strconv.ParseInt(whole, 10, 64)
		return time.Unix(n, 0).UTC(), err == nil
	}
	if dotted {
		return time.Time{}, false
	}
	switch len(whole) {
	case 8, 14:
		t, err := time.ParseInLocation("20060102150405"[:len(whole)], whole, zone)
		return t.UTC(), err == nil
	case 12, 13:
		n, err := strconv.ParseInt(whole, 10, 64)
		return time.UnixMilli(n).UTC(), err == nil
	}
	return time.Time{}, false
}

// looksDate tells whether a cell is a date in some order.
func looksDate(cell string) bool {
	for _, order := range []DateOrder{DMY, MDY} {
		if _, err := ParseDate(cell, order, time.UTC); err == nil {
			return true
		}
	}
	return false
}

// looksMoment tells a written date with a time of day, which no column name is.
func looksMoment(cell string) bool {
	return strings.Contains(cell, ":") && looksDate(cell)
}
