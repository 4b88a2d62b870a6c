package callback

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFeedLinesRoundTrip(t *testing.T) {
	docs := []Doc{
		{Type: DocCase, ID: "ca-1", Pos: 7, Schema: 1, Rank: []byte{1, 2, 0, 9, 10}, Body: json.RawMessage(`{"id":"ca-1","note":"tab\tin json"}`)},
		{Type: DocDay, ID: "2026-03-02/anna", Pos: 1 << 60, Schema: 1, Body: json.RawMessage(`{}`)},
		{Type: DocCase, ID: "gone", Pos: 8, Schema: 1},
	}
	for _, d := range docs {
		line := d.AppendLine(nil)
		if bytes.Count(line, []byte{'\n'}) != 1 {
			t.Fatalf("%q is not one line", line)
		}
		got, err := ParseLine(bytes.TrimSuffix(line, []byte{'\n'}))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(d, got); diff != "" {
			t.Error(diff)
		}
	}
	for _, bad := range []string{"", "case", "case\tx\t1\t1", "case\tx\tone\t1\t\t{}", "case\tx\t1\t1\t***\t{}", "\tx\t1\t1\t\t{}"} {
		if _, err := ParseLine([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func FuzzParseLine(f *testing.F) {
	f.Add([]byte("case\tx\t1\t1\t\t{}"))
	f.Fuzz(func(t *testing.T, line []byte) {
		d, err := ParseLine(line)
		if err != nil {
			return
		}
		again, err := ParseLine(bytes.TrimSuffix(d.AppendLine(nil), []byte{'\n'}))
		if err != nil || again.ID != d.ID || again.Pos != d.Pos || !bytes.Equal(again.Body, d.Body) {
			t.Errorf("%q is not stable: %v", line, err)
		}
	})
}

func FuzzDecodeAndApply(f *testing.F) {
	for _, k := range Kinds() {
		raw, _ := json.Marshal(k.Sample())
		f.Add(string(k.Kind), raw)
	}
	p := DefaultPolicy("main")
	f.Fuzz(func(t *testing.T, kind string, payload []byte) {
		e := Event{ID: "ev-1", Kind: EventKind(kind), CaseID: "ca-1", Agent: "a", Device: "d", At: t0, Fence: 1, Payload: payload}
		c, v := Apply(p, opened(t, p, 3), e)
		if v.Status == "" {
			t.Error("no verdict")
		}
		Tally(c, t0.Location())
		if r, ok := RankOf(p, c); ok {
			r.Place(p, "a", t0)
		}
	})
}

func TestGuidesNameTheLineOfAMistake(t *testing.T) {
	good := "---\nid: detractor-en\ntitle: Unhappy\nfor: detractor, request\nlanguage: en\nversion: 2\n---\n## Open\nSay **hello**.\n\n## Close\nThank them.\n"
	g, err := ParseGuide(good)
	if err != nil || len(g.Steps) != 2 || g.Steps[0].Body != "Say **hello**." || len(g.For) != 2 || g.Version != 2 {
		t.Fatalf("%+v, %v", g, err)
	}
	for text, where := range map[string]string{
		"no fields":                          "line 1",
		"---\nid: x\n":                       "do not end",
		"---\nid: x\nwho: y\n---\n## A\n":    "line 3",
		"---\nid: x\nfor: nobody\n---\n":     "line 3",
		"---\nid: x\n---\nloose\n## A\n":     "line 4",
		"---\nid: x\nversion: 0\n---\n## A":  "line 3",
		"---\ntitle: x\n---\n## A\nwords\n":  "needs an id",
		"---\nid: x\n---\n":                  "at least one step",
		"---\nid: x\nno colon\n---\n## A\nb": "line 3",
	} {
		if _, err := ParseGuide(text); err == nil || !strings.Contains(err.Error(), where) {
			t.Errorf("%q: %v, want %s", text, err, where)
		}
	}
	ru := Guide{ID: "ru", Language: "ru", For: []Kind{KindDetractor}}
	en := Guide{ID: "en", Language: "en", For: []Kind{KindDetractor}}
	for language, want := range map[string]string{"ru-RU": "ru", "fr": "en", "": "en"} {
		if got, ok := Choose([]Guide{ru, en}, GuideCall{Kind: KindDetractor, Language: language}); !ok || got.ID != want {
			t.Errorf("%q chose %q", language, got.ID)
		}
	}
	if _, ok := Choose([]Guide{ru, en}, GuideCall{Kind: KindPromoter, Language: "en"}); ok {
		t.Error("a guide for another kind was chosen")
	}
}

func TestDialAddressesHoldOnlyDigits(t *testing.T) {
	evil := Phone{E164: "+1201555\r\nExten: 666;0123", Ext: "7;x=1"}
	tel, err := TelURI(evil)
	if err != nil || tel != "tel:+12015556660123;ext=71" {
		t.Errorf("%q, %v", tel, err)
	}
	if _, err := SIPURI(evil, "host;transport=x"); err == nil {
		t.Error("a host with parameters was taken")
	}
	if got, err := SIPURI(evil, "pbx.example.org:5060"); err != nil || got != "sip:+12015556660123@pbx.example.org:5060;user=phone" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := TelURI(Phone{E164: "none"}); err == nil {
		t.Error("no number was taken")
	}
}

func TestPolicyDecides(t *testing.T) {
	p := DefaultPolicy("main")
	score := func(n int) *int { return &n }
	for _, tc := range []struct {
		r    Response
		open bool
		kind Kind
	}{
		{Response{Score: score(0)}, true, KindDetractor},
		{Response{Score: score(6)}, true, KindDetractor},
		{Response{Score: score(7)}, false, ""},
		{Response{Score: score(10), Asked: true}, true, KindRequest},
		{Response{Asked: true}, true, KindRequest},
		{Response{}, false, ""},
	} {
		tc.r.AnsweredAt = t0
		if d := p.Decide(tc.r); d.Open != tc.open || d.Kind != tc.kind {
			t.Errorf("%+v: %+v", tc.r, d)
		}
	}
	asked := t0.Add(50 * 60e9)
	if d := p.Decide(Response{Asked: true, AskedFor: &asked, AnsweredAt: t0}); !d.Plan.FirstDue.Equal(asked) || !d.Plan.NotBefore.Equal(asked) {
		t.Errorf("the asked time is the plan: %+v", d.Plan)
	}
	p.Stages[2].Active, p.Stages[2].Percent = true, 30
	n := 0
	for i := range 2000 {
		r := Response{Source: "s", ExternalID: string(rune('a'+i%26)) + string(rune(i)), Score: score(8), AnsweredAt: t0}
		first, again := p.Decide(r), p.Decide(r)
		if first.Open {
			n++
		}
		if first.Open != again.Open {
			t.Fatal("the sample is not repeatable")
		}
	}
	if n < 500 || n > 700 {
		t.Errorf("30 %% of 2000 opened %d cases", n)
	}
}
