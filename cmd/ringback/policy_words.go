package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"ringback/callback"
)

// The small words of a policy's YAML, and how they are read. Their errors are
// of the kind that the YAML library gathers, so that all of a file's come at
// once.

// wordError says what is wrong with a word, where it stands.
func wordError(n *yaml.Node, format string, args ...any) error {
	return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: ", n.Line) + fmt.Sprintf(format, args...)}}
}

// minutes is a duration in whole minutes: 15m, 8h, 1h30m, 7d.
type minutes int

// MarshalYAML implements yaml.Marshaler.
func (m minutes) MarshalYAML() (any, error) { return m.String(), nil }

func (m minutes) String() string {
	n, sign := int(m), ""
	if n < 0 {
		n, sign = -n, "-"
	}
	switch h, rest := n/60, n%60; {
	case h == 0:
		return fmt.Sprintf("%s%dm", sign, rest)
	case rest == 0:
		return fmt.Sprintf("%s%dh", sign, h)
	default:
		return fmt.Sprintf("%s%dh%dm", sign, h, rest)
	}
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (m *minutes) UnmarshalYAML(n *yaml.Node) error {
	v, ok := parseMinutes(n.Value)
	if n.Kind != yaml.ScalarNode || !ok {
		return wordError(n, "%q is not a duration such as 15m, 8h, 1h30m or 7d", callback.Line(n.Value))
	}
	*m = v
	return nil
}

// parseMinutes reads numbers that are each followed by their unit.
func parseMinutes(s string) (minutes, bool) {
	rest, negative := strings.CutPrefix(strings.TrimSpace(s), "-")
	total := 0
	for _, unit := range []struct {
		sign string
		each int
	}{{"d", 24 * 60}, {"h", 60}, {"m", 1}} {
		number, after, found := strings.Cut(rest, unit.sign)
		if !found {
			continue
		}
		n, err := strconv.ParseUint(number, 10, 24)
		if err != nil {
			return 0, false
		}
		total += int(n) * unit.each
		rest = after
	}
	if rest != "" || strings.TrimLeft(strings.TrimSpace(s), "-") == "" {
		return 0, false
	}
	if negative {
		total = -total
	}
	return minutes(total), true
}

// spanForm is a part of a day: 09:00-20:30; its end may be 24:00.
type spanForm callback.Span

func (s spanForm) String() string {
	return fmt.Sprintf("%s-%s", clockText(s.From), clockText(s.To))
}

func clockText(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// MarshalYAML implements yaml.Marshaler.
func (s spanForm) MarshalYAML() (any, error) { return s.String(), nil }

// UnmarshalYAML implements yaml.Unmarshaler.
func (s *spanForm) UnmarshalYAML(n *yaml.Node) error {
	from, to, cut := strings.Cut(strings.ReplaceAll(n.Value, "–", "-"), "-")
	a, okA := parseClock(from)
	b, okB := parseClock(to)
	if n.Kind != yaml.ScalarNode || !cut || !okA || !okB {
		return wordError(n, "%q is not a part of a day such as 09:00-20:30", callback.Line(n.Value))
	}
	*s = spanForm{From: a, To: b}
	return nil
}

// parseClock reads hours and minutes of a day, up to 24:00.
func parseClock(s string) (minute int, ok bool) {
	h, m, cut := strings.Cut(strings.TrimSpace(s), ":")
	hour, errH := strconv.ParseUint(h, 10, 8)
	least, errM := strconv.ParseUint(m, 10, 8)
	if !cut || errH != nil || errM != nil || len(m) != 2 || least > 59 || hour*60+least > 24*60 {
		return 0, false
	}
	return int(hour*60 + least), true
}

// weekdayForm is a weekday by its English name.
type weekdayForm time.Weekday

func (d weekdayForm) String() string { return strings.ToLower(time.Weekday(d).String()) }

// MarshalYAML implements yaml.Marshaler.
func (d weekdayForm) MarshalYAML() (any, error) { return d.String(), nil }

// UnmarshalYAML implements yaml.Unmarshaler.
func (d *weekdayForm) UnmarshalYAML(n *yaml.Node) error {
	for day := range weekdayForm(7) {
		if n.Kind == yaml.ScalarNode && strings.EqualFold(n.Value, day.String()) {
			*d = day
			return nil
		}
	}
	return wordError(n, "%q is not a weekday such as monday", callback.Line(n.Value))
}

// weekForm is the hours of a week by day; a day that is not there is closed.
type weekForm [7][]spanForm

func weekFormOf(week [7][]callback.Span) (out weekForm) {
	for day, list := range week {
		out[day] = each(list, func(s callback.Span) spanForm { return spanForm(s) })
	}
	return out
}

func (w weekForm) week() (out [7][]callback.Span) {
	for day, list := range w {
		out[day] = each(list, func(s spanForm) callback.Span { return callback.Span(s) })
	}
	return out
}

// MarshalYAML implements yaml.Marshaler: the week begins on Monday.
func (w weekForm) MarshalYAML() (any, error) {
	out := &yaml.Node{Kind: yaml.MappingNode}
	for i := range 7 {
		day := weekdayForm((i + 1) % 7)
		if len(w[day]) == 0 {
			continue
		}
		hours := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, s := range w[day] {
			hours.Content = append(hours.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: s.String()})
		}
		out.Content = append(out.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: day.String()}, hours)
	}
	return out, nil
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (w *weekForm) UnmarshalYAML(n *yaml.Node) error {
	days := map[weekdayForm][]spanForm{}
	if err := n.Decode(&days); err != nil {
		return err
	}
	for day, list := range days {
		if len(list) > 0 {
			w[day] = list
		}
	}
	return nil
}
