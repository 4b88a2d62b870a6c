package ui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"

	"ringback/callback"
)

// Keys implements keyed.
func (o *outside) Keys() help.KeyMap {
	f, d := o.e.keys.call.form, o.e.keys.dialog
	does := "call"
	switch {
	case o.at == outsideNumber && o.settled():
		does = "to their case"
	case o.at < outsideReason && o.value(o.at+1) == "":
		does = "next"
	case o.inbound:
		does = "take their call"
	}
	return keySet{short: []key.Binding{named(d.ok, does), f.nextField, d.cancel}}
}

// outsideTall is the height from which on there is room between the parts.
const outsideTall = 15

// View implements dialog.
func (o *outside) View(w, h int) string {
	s := o.e.styles
	width := dialogWidth(w, 72)
	in := width - 4
	title, about := say("Call somebody outside the queue"), say("For somebody no case is open for. It becomes a case of yours, and counts in no figure of the queue.")
	if o.inbound {
		title, about = say("Somebody rings whom no case knows"), say("You take their call: it becomes a case of yours, and counts in no figure of the queue.")
	}
	lines := []string{s.title.Render(cut(title, in))}
	var gap []string
	if h >= outsideTall {
		gap = []string{""}
	}
	lines = append(lines, paint(s.faint, wrapMax(about, in, 2))...)
	lines = append(lines, gap...)
	for i := range o.inputs {
		o.inputs[i].SetWidth(max(1, in-11))
		label := s.faint.Render(pad(say("%s", outsideLabels[i]), 8))
		mark := "  "
		if i == o.at {
			mark = s.key.Render("▸ ")
		}
		lines = append(lines, mark+label+limit(o.inputs[i].View(), in-10))
	}
	return s.box(width).Render(strings.Join(slices.Concat(lines, gap, o.verdict(in)), "\n"))
}

// verdict says what the number is taken for: where it is, how late it is there
// and whether that is an hour to call, and whose it is; or what is wrong with
// it, and how to write it.
func (o *outside) verdict(w int) []string {
	s := o.e.styles
	switch {
	case o.wrong != nil:
		out := paint(s.bad, wrapMax(say("! %s", o.wrong), w, 2))
		if o.value(outsideNumber) != "" {
			out = append(out, paint(s.faint, wrapMax(o.hint(), w, 2))...)
		}
		return out
	case o.phone.E164 == "" && o.inbound:
		return paint(s.faint, wrapMax(say("Leave the number out if they withhold it."), w, 2))
	case o.phone.E164 == "":
		return paint(s.faint, wrapMax(o.hint(), w, 2))
	}
	if o.refused() {
		return paint(s.bad, wrapMax(say("! %s", o.whose()), w, 3))
	}
	out := o.place(w)
	if o.doubt != "" {
		out = append(out, paint(s.warn, wrapMax(say("! %s", o.doubt), w, 2))...)
	}
	if t := o.whose(); t.String() != "" {
		out = append(out, paint(s.warn, wrapMax(say("! %s", t), w, 3))...)
	}
	return out
}

// place says where a number rings and what time it is there. Who rings is heard
// at any hour.
func (o *outside) place(w int) []string {
	s, now := o.e.styles, o.e.now()
	policy, known := o.seen.policy, o.known()
	if !known {
		return []string{s.good.Render(cut(say("✓ %s%s", o.phone.E164, o.clock()), w))}
	}
	text := say("%s · %s", o.phone.E164, ringsAt(policy, o.phone, now))
	if !o.inbound && !policy.Window(o.phone.Region, o.phone.Zones, now).Open {
		return paint(s.warn, wrapMax(say("! %s: not the hour to call", text), w, 2))
	}
	return paint(s.good, wrapMax(say("✓ %s", text), w, 2))
}

// whose says that somebody known has the number.
func (o *outside) whose() callback.Text {
	r, ok := o.holder()
	switch {
	case !ok:
		return callback.Text{}
	case r.State == callback.Suppressed && o.inbound:
		return say("%s has this number, and asked not to be called. Their call can be put on record.", callerName(r))
	case r.State == callback.Suppressed:
		return say("%s has this number, and asked not to be called: there is no call.", callerName(r))
	}
	return say("%s has this number, and an open case (%s): the talk belongs there.", callerName(r), r.Kind)
}

// hint tells how a number is written.
func (o *outside) hint() callback.Text {
	if o.e.region == "" {
		return say("Write + and the country's code first, as in +34 612 345 678.")
	}
	return say("Write it as you dial it in %s, or + and the country's code first, as in +34 612 345 678.", o.e.region)
}

// clock tells where a number may be and what its clocks show.
func (o *outside) clock() string {
	var parts []string
	for i, name := range o.phone.Zones {
		if i == 3 {
			parts = append(parts, "…")
			break
		}
		if loc, err := callback.Zone(name); err == nil {
			parts = append(parts, callback.City(name)+" "+o.e.now().In(loc).Format("15:04"))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " · " + strings.Join(parts, ", ")
}
