package sample

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

var uuidV7 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func TestUUIDsAreOfTheirInstant(t *testing.T) {
	d := diceFor(1, "test")
	at := time.Date(2026, 5, 4, 3, 2, 1, 987e6, time.UTC)
	seen := map[string]bool{}
	for range 2000 {
		id := d.uuid(at)
		if !uuidV7.MatchString(id) || seen[id] {
			t.Fatalf("%q is no UUIDv7, or a repeated one", id)
		}
		seen[id] = true
		if ms, err := strconv.ParseInt(strings.ReplaceAll(id[:13], "-", ""), 16, 64); err != nil || ms != at.UnixMilli() {
			t.Fatalf("%s tells %d, want %d", id, ms, at.UnixMilli())
		}
	}
	early, late := d.uuid(at), d.uuid(at.Add(time.Millisecond))
	if early >= late {
		t.Errorf("%s is not before %s", early, late)
	}
}

func TestCSVIsASurveyExport(t *testing.T) {
	list := testYear.Responses("north")
	var b bytes.Buffer
	if err := CSV(&b, list); err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(list)+1 {
		t.Fatalf("%d lines for %d responses", len(got), len(list))
	}
	asked := 0
	for i, row := range got[1:] {
		if row[0] != list[i].ExternalID || (row[9] == "") != (list[i].Score == nil) {
			t.Fatalf("row %d is not %s", i+2, list[i].ExternalID)
		}
		asked += count(row[11] == "yes")
		for _, c := range row {
			if strings.ContainsAny(c, "\x1b\u202e\u200b\x07") {
				t.Fatalf("row %d: %q can drive a terminal", i+2, c)
			}
			if c != "" && strings.ContainsRune("=@", rune(c[0])) {
				t.Fatalf("row %d: %q is a formula", i+2, c)
			}
		}
	}
	if asked == 0 {
		t.Error("nobody asked for a call")
	}
}

func TestCSVTellsOfAFullDisk(t *testing.T) {
	if err := CSV(full{}, testYear.Responses("north")); err == nil {
		t.Error("a write that failed was not told")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, bytes.ErrTooLarge }

func TestCasesAreOpenCasesWithTheirRanks(t *testing.T) {
	size, n := 0, 0
	ids := map[string]bool{}
	for d := range Cases(3000, 1, testNow) {
		n++
		size += len(d.Body)
		var c callback.Case
		if err := json.Unmarshal(d.Body, &c); err != nil {
			t.Fatal(err)
		}
		line := d.AppendLine(nil)
		back, err := callback.ParseLine(bytes.TrimSuffix(line, []byte("\n")))
		if err != nil || back.ID != c.ID || back.Pos != uint64(n) {
			t.Fatalf("line of %s reads back as %s: %v", c.ID, back.ID, err)
		}
		r, err := callback.ParseRank(back.Rank, nil)
		if err != nil {
			t.Fatal(err)
		}
		want, ok := callback.RankOf(BenchPolicy(), c)
		if !ok || r.State != want.State || !r.Due.Equal(want.Due) || r.Attempts != want.Attempts {
			t.Fatalf("%s has rank %+v, want %+v", c.ID, r, want)
		}
		if ids[d.ID] || !fiction.MatchString(c.Customer.Phone.E164) {
			t.Fatalf("%s comes twice or has the number %s", d.ID, c.Customer.Phone.E164)
		}
		ids[d.ID] = true
	}
	if n != 3000 {
		t.Fatalf("%d cases", n)
	}
	if mean := size / n; mean < 1050 || mean > 1400 {
		t.Errorf("a case has %d bytes, want about 1,200", mean)
	}
}

func TestCasesAreDeterministicAndStop(t *testing.T) {
	collect := func(n int, seed uint64) (out []byte) {
		for d := range Cases(n, seed, testNow) {
			out = d.AppendLine(out)
		}
		return out
	}
	short, long := collect(20, 1), collect(40, 1)
	if !bytes.HasPrefix(long, short) || bytes.Equal(short, collect(20, 2)) {
		t.Error("cases do not depend on their seed alone")
	}
	for range Cases(1000000, 1, testNow) {
		break
	}
}

func TestColleaguesWorkTheQueue(t *testing.T) {
	s := testSeasons(t)[0]
	c, ok := testYear.Colleague("tomasz", rand.New(rand.NewPCG(1, 2)))
	if !ok || c.Agent() != "tomasz" {
		t.Fatal("tomasz is not there")
	}
	if _, ok := testYear.Colleague("greta", nil); ok {
		t.Error("a supervisor works the queue")
	}
	var rows []callback.QueueRow
	for _, cs := range s.cases {
		if r, ok := callback.RankOf(s.team.Policy, cs); ok {
			rows = append(rows, callback.RowOf(cs, r.Place(s.team.Policy, "tomasz", testYear.Now), false))
		}
	}
	if _, ok := c.Pick(nil); ok {
		t.Error("a case was picked from an empty queue")
	}
	calls := 0
	for range 40 {
		row, ok := c.Pick(rows)
		if !ok || !row.Ready {
			t.Fatalf("picked %+v", row)
		}
		cs := s.cases[row.ID]
		for i, f := range c.Work(cs, testYear.Now) {
			e, err := callback.NewEvent("e", cs.ID, f.Payload)
			if err != nil {
				t.Fatal(err)
			}
			e.At, e.Agent, e.Device, e.Fence, e.Team = testYear.Now, c.Agent(), "tomasz's", f.Fence, s.team.ID
			if err := e.Validate(); err != nil {
				t.Fatal(err)
			}
			if _, v := callback.Apply(s.team.Policy, cs, e); v.Status != callback.Applied {
				t.Errorf("fact %d on %s: %v", i, cs.ID, v)
			}
			calls += count(e.Kind == callback.KindCallRecorded)
		}
	}
	if calls == 0 {
		t.Error("nobody was called")
	}
	for _, cs := range s.cases {
		if !cs.State.Open() && c.Work(cs, testYear.Now) != nil {
			t.Fatalf("%s is over and was worked", cs.ID)
		}
	}
}

func BenchmarkCases(b *testing.B) {
	for b.Loop() {
		for d := range Cases(10000, 1, testNow) {
			_ = d.Pos
		}
	}
}
