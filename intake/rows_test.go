package intake_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"

	"ringback/callback"
	"ringback/intake"
)

func TestRowsAreAcceptedOrRejected(t *testing.T) {
	const header = "nps,comment,asked,callback time,answered at,region,zone,role,value,phone"
	for name, c := range map[string]struct{ row, column, says string }{
		"plain":                   {"7,,,,2026-02-21,,,,,", "", ""},
		"comment only":            {",hello,,,2026-02-21,,,,,", "", ""},
		"call request":            {",,yes,,2026-02-21,,,,,", "", ""},
		"time is a request":       {",,,2026-03-12 10:00,2026-02-21,,,,,", "", ""},
		"everything":              {"7,c,no,,2026-02-21,NA,Europe/Berlin,Decision maker,85%,+44", "", ""},
		"nothing":                 {",,,,2026-02-21,,,,,+12015550123", "nps", "nothing to record"},
		"not asked, nothing":      {",,no,,2026-02-21,,,,,", "nps", "nothing to record"},
		"maybe":                   {"7,,maybe,,2026-02-21,,,,,", "asked", `"maybe" is neither yes nor no`},
		"number in asked":         {"7,,+44 7700 900123,,2026-02-21,,,,,", "asked", "phone number"},
		"time without a wish":     {"7,,no,2026-03-12,2026-02-21,,,,,", "callback time", "none is wanted"},
		"bad time":                {"7,,yes,noon,2026-02-21,,,,,", "callback time", `"noon" is not a date`},
		"no date":                 {"7,,,,,,,,,", "answered at", "empty"},
		"bad date":                {"7,,,,31/02/2026,,,,,", "answered at", `"31/02/2026" is not a date`},
		"tomorrow":                {"7,,,,2026-03-11 11:00,,,,,", "", ""},
		"the day after":           {"7,,,,2026-03-11 13:00,,,,,", "answered at", "future"},
		"year 1980":               {"7,,,,1980-01-01,,,,,", "answered at", "1980-01-01"},
		"bad region":              {"7,,,,2026-02-21,Bavaria,,,,", "region", "two-letter"},
		"bad zone":                {"7,,,,2026-02-21,,Mars/Base,,,", "zone", "Europe/Berlin"},
		"zone that climbs":        {"7,,,,2026-02-21,,../etc/passwd,,,", "zone", "Europe/Berlin"},
		"bad role":                {"7,,,,2026-02-21,,,Juggler,,", "role", "decision maker"},
		"bad value":               {"7,,,,2026-02-21,,,,1200,", "value", "percentile"},
		"more cells than columns": {"7,,,,2026-02-21,,,,,,surplus", "", "more cells"},
		"a quote left over":       {`7,so-called "cheap, fast",,,2026-02-21,,,,,`, "", "more cells"},
		"empty cells too many":    {"7,,,,2026-02-21,,,,,,,,", "", ""},
		"fewer cells":             {"7,c,,,2026-02-21", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t, table(header, "9,fine,no,,2026-02-01,DE,Europe/Paris,end user,0.5,+12015550123", c.row), intake.Options{})
			m := guess(t, f, intake.Overrides{
				intake.AskedFor: "callback time", intake.Region: "region", intake.Zone: "zone", intake.Role: "role", intake.Value: "value",
			})
			accepted, rejects := read(t, f, m)
			if c.says == "" {
				if len(rejects) > 0 {
					t.Errorf("rejected: %+v", rejects)
				}
				return
			}
			if len(accepted) != 1 || len(rejects) != 1 {
				t.Fatalf("got %d accepted, %d rejected", len(accepted), len(rejects))
			}
			r := rejects[0]
			if r.Row != 3 || r.Column != c.column || !strings.Contains(r.Reason, c.says) || len(r.Cells) == 0 {
				t.Errorf("got %+v, want column %q and %q", r, c.column, c.says)
			}
		})
	}
}

func TestFieldsOfAnIntake(t *testing.T) {
	f := open(t, table("id,nps,comment,asked,callback time,answered at,name,phone,email,customer id,company,role,country,time zone,language,product,channel,value",
		`R1,7,"it's ""ok""",x,2026-03-12 10:00,2026-02-21 09:00,Na,'+12015550123,a@example.com,C1,Acme,ЛПР,NA,Africa/Windhoek,en,Gold,sms,"0,25"`),
		intake.Options{Source: "spring", Zone: time.FixedZone("", 7200)})
	accepted, rejects := read(t, f, guess(t, f, nil))
	if len(rejects) > 0 {
		t.Fatal(rejects)
	}
	seven, quarter, at := 7, 0.25, time.Date(2026, 3, 12, 8, 0, 0, 0, time.UTC)
	want := callback.Intake{
		Row: 2, Source: "spring", ExternalID: "R1", Score: &seven, Comment: `it's "ok"`, Asked: true, AskedFor: &at,
		AnsweredAt: time.Date(2026, 2, 21, 7, 0, 0, 0, time.UTC), Channel: "sms", Product: "Gold", Language: "en",
		Person: callback.Person{
			Ref: "C1", Name: "Na", Phone: "+12015550123", Email: "a@example.com", Account: "Acme",
			Role: callback.DecisionMaker, Region: "NA", Zone: "Africa/Windhoek", Value: &quarter,
		},
	}
	if diff := cmp.Diff(want, accepted[0]); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestIdentity(t *testing.T) {
	id := func(text string, opts intake.Options) []string {
		f := open(t, text, opts)
		accepted, _ := read(t, f, guess(t, f, nil))
		var ids []string
		for _, in := range accepted {
			ids = append(ids, in.ExternalID)
		}
		return ids
	}
	plain := id("nps,comment,name\n7,so  so,Ann\n7,so so,Ann\n7,so so,Bob\n", intake.Options{})
	if plain[0] != plain[1] || plain[0] == plain[2] {
		t.Errorf("identical rows and others: %v", plain)
	}
	for name, text := range map[string]string{
		"delimiter, order of rows": "nps;comment;name\n7; so so ;Ann\n",
		"an empty column more":     "nps,note,comment,name\n7,,so so,Ann\n",
		"CRLF and mark":            "\ufeffnps,comment,name\r\n7,so so,Ann\r\n",
		"a repaired reject file":   "reject_row,reject_column,reject_reason,nps,comment,name\n4,nps,bad,7,so so,Ann\n",
	} {
		if got := id(text, intake.Options{}); got[0] != plain[0] {
			t.Errorf("%s changes the id", name)
		}
	}
	late := id("id,nps,comment\nR1,7,\nR1,7,a late word\n,8,no id\n", intake.Options{})
	if late[0] != "R1" || late[1] != "R1" || !strings.HasPrefix(late[2], "row-") {
		t.Errorf("got %v", late)
	}
}

func TestRejectFileIsSafeAndComesBack(t *testing.T) {
	f := open(t, "nps;comment;phone\n12;=cmd|' /C calc'!A0;+12015550123\nx;\"a;\n\"\"b\"\"\";＋1\n7;fine;\n", intake.Options{})
	_, rejects := read(t, f, guess(t, f, nil))
	var b bytes.Buffer
	w, err := intake.NewRejectWriter(&b, f)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rejects {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	written := b.String()
	in := csv.NewReader(&b)
	in.Comma = ';' // as in the source
	got, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"reject_row", "reject_column", "reject_reason", "nps", "comment", "phone"},
		{"2", "nps", `"12" is not within 0–10`, "12", "'=cmd|' /C calc'!A0", "'+12015550123"},
		{"3", "nps", `"x" is not a number 0–10`, "x", "a;\n\"b\"", "'＋1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	repaired := strings.NewReplacer(";12;", ";10;", ";x;", ";3;").Replace(written)
	again := open(t, repaired, intake.Options{})
	accepted, _ := read(t, again, guess(t, again, nil))
	if len(accepted) != 2 || accepted[0].Comment != "=cmd|' /C calc'!A0" || accepted[0].Person.Phone != "+12015550123" || accepted[1].Person.Phone != "＋1" {
		t.Errorf("got %+v", accepted[0])
	}
}

func TestRejectFileOfThreeHeaderRowsComesBack(t *testing.T) {
	f, err := intake.Open("testdata/qualtrics.csv", intake.Options{Now: importDay})
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, f)
	var b bytes.Buffer
	w, err := intake.NewRejectWriter(&b, f)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(intake.Reject{Row: 4, Column: "Q1", Reason: "bad", Cells: f.Sample[0]}); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	again := open(t, b.String(), intake.Options{})
	accepted, rejects := read(t, again, guess(t, again, nil))
	if again.HeaderRows != 3 || len(accepted) != 1 || len(rejects) != 0 || accepted[0].ExternalID != "R_1aB2cD3eF4gH5i" || *accepted[0].Score != 3 {
		t.Errorf("got %d header rows, %+v, %+v", again.HeaderRows, accepted, rejects)
	}
}

func TestNeutralise(t *testing.T) {
	for _, cell := range []string{"=1+1", "+44", "-1", "@SUM", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x", "  =1", "\u00a0=1", "\u200b=1"} {
		if got := intake.Neutralise(cell); got != "'"+cell {
			t.Errorf("%q becomes %q", cell, got)
		}
	}
	for _, cell := range []string{"", "7", "a=b", "'=1", "fine"} {
		if got := intake.Neutralise(cell); got != cell {
			t.Errorf("%q becomes %q", cell, got)
		}
	}
}

func TestStoppingEarly(t *testing.T) {
	f := open(t, column("nps", 50, "7"), intake.Options{})
	rows, err := f.Rows(guess(t, f, nil))
	if err != nil {
		t.Fatal(err)
	}
	for in := range rows.All() {
		if rows.Cells()[0] != "p1" || in.Row != 3 {
			continue
		}
		break
	}
	if rows.Err() != nil || rows.Counts().Rows != 2 {
		t.Errorf("got %v, %+v", rows.Err(), rows.Counts())
	}
	n := 0
	for range rows.All() { // a reading can begin again
		n++
	}
	if n != 50 || rows.Counts().Rows != 50 {
		t.Errorf("the second reading has %d rows", n)
	}
}

// TestEveryRowIsAccountedFor holds rows = accepted + rejected for any cells.
func TestEveryRowIsAccountedFor(t *testing.T) {
	cell := rapid.OneOf(
		rapid.SampledFrom([]string{"", "7", "0", "10", "11", "yes", "no", "NA", "1, 3", "2026-02-21", "31.12.2025", "\"", "a\nb", " ", "=x", ";", ",", "\t"}),
		rapid.StringN(0, 12, 40))
	rapid.Check(t, func(t *rapid.T) {
		comma := rapid.SampledFrom([]rune{',', ';', '\t', '|'}).Draw(t, "comma")
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 5, 5), 0, 20).Draw(t, "rows")
		var b strings.Builder
		w := csv.NewWriter(&b)
		w.Comma, w.UseCRLF = comma, rapid.Bool().Draw(t, "crlf")
		filled := 0
		all := append([][]string{{"nps", "comment", "asked", "phone", "note"}}, rows...)
		for i, r := range all {
			if err := w.Write(r); err != nil {
				t.Fatal(err)
			}
			if i > 0 && strings.Trim(strings.Join(r, ""), " \t\r\n\v\f\u0000\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000") != "" {
				filled++
			}
		}
		w.Flush()
		f, err := openErr(b.String(), intake.Options{Delimiter: comma, Encoding: "utf-8"})
		if err != nil {
			t.Fatal(err)
		}
		m, err := intake.Guess(f, intake.Overrides{intake.Comment: "comment", intake.Asked: "asked"})
		if err != nil {
			t.Fatal(err)
		}
		if f.Total != filled {
			t.Fatalf("%d rows with something in them, %d read", filled, f.Total)
		}
		if m.Ready() != nil {
			return
		}
		reading, err := f.Rows(m)
		if err != nil {
			t.Fatal(err)
		}
		accepted, rejected := 0, 0
		for in, reject := range reading.All() {
			if reject != nil {
				rejected++
				if reject.Reason == "" || reject.Row < 2 || len(reject.Cells) == 0 {
					t.Fatalf("reject without a reason: %+v", reject)
				}
				continue
			}
			accepted++
			if in.Score == nil && !in.Asked && in.Comment == "" || in.ExternalID == "" || in.AnsweredAt.IsZero() {
				t.Fatalf("accepted, but holds nothing: %+v", in)
			}
		}
		if n := reading.Counts(); reading.Err() != nil || n.Rows != filled || accepted+rejected != filled || n.Accepted != accepted {
			t.Fatalf("%d rows, %d accepted, %d rejected, %v", filled, accepted, rejected, reading.Err())
		}
	})
}

// FuzzOpen feeds arbitrary bytes through the whole way; nothing may panic,
// and no row may vanish.
func FuzzOpen(f *testing.F) {
	for _, s := range []string{
		"nps,comment\n7,fine\n", "\xff\xfen\x00p\x00s\x00\n\x007\x00\n\x00", "\xef\xbb\xbfnps;c\r\n1;\"a\"\"b\"\r\n", "nps\tc\n\"", "sep=;\nnps;c\n7;\xe9\x81\n",
		"V1,V2,V3\nResponseID,b,c\nR,1,2\n", "a,b\n,Response\n1,2\n", "score,date\n7,1/2/2026\n8,13/2/2026\n", "\"\"\"\"", "nps\r7\r8",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, err := intake.Read(bytes.NewReader(raw), "fuzz.csv", intake.Options{Now: importDay})
		if err != nil {
			if callback.CodeOf(err) == callback.CodeInternal {
				t.Fatalf("an error without a sentence: %v", err)
			}
			return
		}
		for _, o := range []intake.Overrides{nil, {intake.Score: "#1"}} {
			m, err := intake.Guess(file, o)
			if err != nil || m.Ready() != nil {
				continue
			}
			read(t, file, m)
		}
	})
}

// BenchmarkRows reads a file of ordinary width through both passes and
// reports rows per second and bytes allocated for each.
func BenchmarkRows(b *testing.B) {
	const n = 20_000
	var text strings.Builder
	text.WriteString("response_id,answered_at,nps,comment,name,phone,email,country,language,product\n")
	for i := range n {
		fmt.Fprintf(&text, "R_%07d,2026-02-%02d 10:%02d:00,%d,\"Waited %d days, then nobody called back.\",Ann Lee %d,+1201555%04d,ann%d@example.com,US,en,Gold\n",
			i, 1+i%28, i%60, i%11, i%30, i, i%10000, i)
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		f, err := openErr(text.String(), intake.Options{})
		if err != nil {
			b.Fatal(err)
		}
		m, err := intake.Guess(f, nil)
		if err != nil {
			b.Fatal(err)
		}
		rows, err := f.Rows(m)
		if err != nil {
			b.Fatal(err)
		}
		for range rows.All() {
		}
		if rows.Counts().Accepted != n {
			b.Fatalf("counts %+v", rows.Counts())
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// A spreadsheet that writes Windows-1251 takes a file without a mark for it, and would show other letters.
func TestRejectFileOpensWhereTheSourceWasMade(t *testing.T) {
	russian, err := charmap.Windows1251.NewEncoder().String("Оценка;Комментарий\n12;Долго ждал доставку и никто не позвонил\n")
	if err != nil {
		t.Fatal(err)
	}
	for source, marked := range map[string]bool{russian: true, "\ufeffnps;comment\n12;x\n": true, "nps;comment\n12;x\n": false} {
		f := open(t, source, intake.Options{})
		var b bytes.Buffer
		w, err := intake.NewRejectWriter(&b, f)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(intake.Reject{Row: 2, Column: "x", Reason: "bad", Cells: f.Sample[0]}); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if got := strings.HasPrefix(b.String(), "\ufeff"); got != marked {
			t.Errorf("the rejects of a file in %s (mark %t) begin with a mark: %t", f.Encoding, f.BOM, got)
		}
		if again := open(t, b.String(), intake.Options{}); again.Encoding != "UTF-8" || len(again.Columns) != len(f.Columns)+3 {
			t.Errorf("read again it is %s with %d columns; the source has %d", again.Encoding, len(again.Columns), len(f.Columns))
		}
	}
}
