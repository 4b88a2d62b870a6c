package callback_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// ownPolicy gives a default policy whose lists a test may change.
func ownPolicy(t *testing.T) (p callback.Policy) {
	t.Helper()
	raw, err := json.Marshal(callback.DefaultPolicy("north"))
	if err == nil {
		err = json.Unmarshal(raw, &p)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestDefaultPolicyHasNoProblem(t *testing.T) {
	t.Parallel()
	if got := callback.DefaultPolicy("north").Problems(); len(got) > 0 {
		t.Fatalf("%+v", got)
	}
}

// Every rule of a policy is checked at its own place, and the place is named.
func TestPolicyProblems(t *testing.T) {
	t.Parallel()
	span := func(from, to int) []callback.Span { return []callback.Span{{From: from, To: to}} }
	for name, row := range map[string]struct {
		spoil func(*callback.Policy)
		path  string
		what  string
	}{
		"zone":           {func(p *callback.Policy) { p.Zone = "Mars/Olympus" }, "zone", "IANA"},
		"company":        {func(p *callback.Policy) { p.Company = "Heron\nCycles" }, "company", "one line"},
		"long company":   {func(p *callback.Policy) { p.Company = strings.Repeat("x", 121) }, "company", "one line"},
		"no zone":        {func(p *callback.Policy) { p.Zone = "" }, "zone", "IANA"},
		"stage range":    {func(p *callback.Policy) { p.Stages[0].To = 11 }, "stages[0]", "0 to 11"},
		"stage order":    {func(p *callback.Policy) { p.Stages[1].From = 7 }, "stages[1]", "7 to 6"},
		"stage percent":  {func(p *callback.Policy) { p.Stages[0].Percent = 101 }, "stages[0].percent", "above 100"},
		"stage name":     {func(p *callback.Policy) { p.Stages[1].Name = " " }, "stages[1].name", "empty"},
		"stages twice":   {func(p *callback.Policy) { p.Stages[3].Name = "PASSIVES" }, "stages[3].name", "twice"},
		"stages overlap": {func(p *callback.Policy) { p.Stages[1].From = 3 }, "stages[1]", "score 3"},
		"cool-off":       {func(p *callback.Policy) { p.CoolOff.Talk = -1 }, "cool_off.talk_days", "below 0"},
		"spared stage":   {func(p *callback.Policy) { p.CoolOff.Spare = []string{"0-2"} }, "cool_off.spare[0]", "no stage"},
		"spared twice":   {func(p *callback.Policy) { p.CoolOff.Spare = []string{"0–3", "0–3"} }, "cool_off.spare[1]", "twice"},
		"stage deadline": {func(p *callback.Policy) { p.Stages[1].Deadline.Wall = 0 }, "stages[1].deadline.wall_min", "below 1"},
		"no deadline":    {func(p *callback.Policy) { delete(p.Deadlines, callback.KindRequest) }, "deadlines.request", "no deadline"},
		"deadline order": {func(p *callback.Policy) {
			p.Deadlines[callback.KindPassive] = callback.Deadline{First: 9, Close: 8, Wall: 1}
		}, "deadlines.passive.close_min", "before its first"},
		"unknown kind":   {func(p *callback.Policy) { p.Deadlines["vip"] = callback.Deadline{First: 1, Close: 1, Wall: 1} }, "deadlines.vip", "no such kind"},
		"business hours": {func(p *callback.Policy) { p.Business.Hours[time.Friday] = span(600, 300) }, "business.hours.friday[0]", "in order"},
		"business overlap": {func(p *callback.Policy) {
			p.Business.Hours[1] = []callback.Span{{From: 60, To: 120}, {From: 119, To: 130}}
		}, "business.hours.monday[1]", "before"},
		"holiday":           {func(p *callback.Policy) { p.Business.Holidays = []string{"2026-02-30"} }, "business.holidays[0]", "2026-02-30"},
		"calendar":          {func(p *callback.Policy) { p.Windows[0].Holidays = []string{"US"} }, "windows[0].holidays[0]", "calendars are ar, at, au"},
		"calendar twice":    {func(p *callback.Policy) { p.Business.Holidays = []string{"us", "gb", "us"} }, "business.holidays[2]", "twice"},
		"national business": {func(p *callback.Policy) { p.Business.Holidays = []string{callback.National} }, "business.holidays[0]", "region"},
		"holidays twice":    {func(p *callback.Policy) { p.Windows[0].Holidays = []string{"2026-01-01", "2026-01-01"} }, "windows[0].holidays[1]", "twice"},
		"legal":             {func(p *callback.Policy) { p.Legal = callback.Span{} }, "legal", "in order"},
		"no window":         {func(p *callback.Policy) { p.Windows = nil }, "windows", "without a region"},
		"no default window": {func(p *callback.Policy) { p.Windows = p.Windows[1:] }, "windows", "without a region"},
		"shut window":       {func(p *callback.Policy) { p.Windows[0].Hours = [7][]callback.Span{} }, "windows[0].hours", "never be called"},
		"window region":     {func(p *callback.Policy) { p.Windows[1].Region = "au" }, "windows[1].region", "capital"},
		"no such region":    {func(p *callback.Policy) { p.Windows[1].Region = "UK" }, "windows[1].region", "no telephone number"},
		"later schema":      {func(p *callback.Policy) { p.Schema = callback.SchemaVersion + 1 }, "schema", "not known here"},
		"windows twice":     {func(p *callback.Policy) { p.Windows[2].Region = "AU" }, "windows[2].region", "already"},
		"illegal window":    {func(p *callback.Policy) { p.Windows[3].Hours[0] = span(0, 480) }, "windows[3].hours.sunday[0]", "outside the legal"},
		"retry code":        {func(p *callback.Policy) { p.Retry.Delays["ZZ"] = 1 }, "retry.delay_min.ZZ", "no such"},
		"retry final":       {func(p *callback.Policy) { p.Retry.Again[callback.DoNotCall] = 1 }, "retry.again_min.DN", "ends the case"},
		"retry delay":       {func(p *callback.Policy) { p.Retry.Delays[callback.Busy] = -1 }, "retry.delay_min.BZ", "below 0"},
		"back-off":          {func(p *callback.Policy) { p.Retry.Backoff[1] = 0 }, "retry.backoff[1]", "below 1"},
		"cap":               {func(p *callback.Policy) { p.Retry.PerDay = -1 }, "retry.per_day", "below 0"},
		"band name":         {func(p *callback.Policy) { p.Bands[1].Name = "morning" }, "bands[1].name", "twice"},
		"band span":         {func(p *callback.Policy) { p.Bands[0].To = 1441 }, "bands[0]", "1441"},
		"band days":         {func(p *callback.Policy) { p.Bands[0].Days = nil }, "bands[0].days", "no day"},
		"band day":          {func(p *callback.Policy) { p.Bands[3].Days = []time.Weekday{6, 9} }, "bands[3].days[1]", "not a weekday"},
		"band day twice":    {func(p *callback.Policy) { p.Bands[3].Days = []time.Weekday{6, 6} }, "bands[3].days[1]", "twice"},
		"bands overlap":     {func(p *callback.Policy) { p.Bands[1].From-- }, "bands[1]", "overlaps"},
		"callbacks":         {func(p *callback.Policy) { p.Callbacks.OpenToAnyone = -1 }, "callbacks.open_to_anyone_min", "below 0"},
		"floor":             {func(p *callback.Policy) { p.Floor.Escalation = 0 }, "floor.escalation_min", "below 1"},
		"shared number":     {func(p *callback.Policy) { p.Floor.SharedNumber = 1 }, "floor.shared_number", "below 2"},
		"leases":            {func(p *callback.Policy) { p.Leases.Preview = 0 }, "leases.preview_min", "below 1"},
		"weight":            {func(p *callback.Policy) { p.Weights.Severity = -0.1 }, "weights.severity", "from 0"},
		"no number":         {func(p *callback.Policy) { p.Weights.SLA = math.NaN() }, "weights.sla", "from 0"},
		"signal":            {func(p *callback.Policy) { p.Signals = []string{"x", "X"} }, "signals[1]", "twice"},
		"wordings":          {func(p *callback.Policy) { p.Wordings = nil }, "wordings", "none"},
		"wording id":        {func(p *callback.Policy) { p.Wordings[1].ID = p.Wordings[0].ID }, "wordings[1].id", "twice"},
		"wording language":  {func(p *callback.Policy) { p.Wordings[1].Language = "en-GB" }, "wordings[1].language", "twice"},
		"wording text":      {func(p *callback.Policy) { p.Wordings[0].Text = "\n" }, "wordings[0].text", "empty"},
		"driver":            {func(p *callback.Policy) { p.Causes[0].Name = "billing" }, "causes[2].name", "twice"},
		"cause":             {func(p *callback.Policy) { p.Causes[0].Causes = []string{""} }, "causes[0].causes[0]", "empty"},
		"goal":              {func(p *callback.Policy) { p.Goals.Within = 101 }, "goals.within_percent", "above 100"},
		"custom hides": {func(p *callback.Policy) {
			p.Custom = []callback.CustomDisposition{{Code: "NA", Name: "x", Standard: "NA"}}
		}, "custom_dispositions[0].code", "standard code"},
		"custom of nothing": {func(p *callback.Policy) {
			p.Custom = []callback.CustomDisposition{{Code: "Q1", Name: "x", Standard: "Q2"}}
		}, "custom_dispositions[0].standard", "Q2"},
		"custom twice": {func(p *callback.Policy) {
			c := callback.CustomDisposition{Code: "Q1", Name: "x", Standard: "NA"}
			p.Custom = []callback.CustomDisposition{c, c}
		}, "custom_dispositions[1].code", "twice"},
		"custom without one": {func(p *callback.Policy) { p.Custom = []callback.CustomDisposition{{Standard: "NA", Name: "x"}} }, "custom_dispositions[0].code", "empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := ownPolicy(t)
			row.spoil(&p)
			got := p.Problems()
			if len(got) != 1 || got[0].Path != row.path || !strings.Contains(got[0].What, row.what) {
				t.Fatalf("got %+v, want one at %s about %q", got, row.path, row.what)
			}
		})
	}
}

// All problems come at once, in the order of the document, and words from the
// policy cannot drive a terminal.
func TestAllPolicyProblemsAtOnce(t *testing.T) {
	t.Parallel()
	p := ownPolicy(t)
	p.Zone = "\x1b[2Jnowhere"
	p.Leases.InCall = -5
	p.Deadlines["\x1b]0;x\a"] = callback.Deadline{}
	p.Goals.Within = -1
	var paths []string
	for _, problem := range p.Problems() {
		paths = append(paths, problem.Path)
		for _, s := range []string{problem.Path, problem.What} {
			if callback.Clean(s).Altered() {
				t.Errorf("%q drives a terminal", s)
			}
		}
	}
	if want := []string{"zone", "deadlines.", "leases.in_call_min", "goals.within_percent"}; !slices.EqualFunc(paths, want, strings.HasPrefix) {
		t.Fatalf("%q, want %q", paths, want)
	}
}

// A policy that is empty altogether is refused without a panic.
func TestEmptyPolicy(t *testing.T) {
	t.Parallel()
	if len((callback.Policy{}).Problems()) == 0 {
		t.Fatal("an empty policy passes")
	}
}
