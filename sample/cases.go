package sample

import (
	"encoding/json"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"time"

	"ringback/callback"
)

// Cases gives n open cases as documents of a feed, for benchmarks: encoded,
// with their ranks, at positions from 1, in the team "bench" under its default
// policy. A document has about 1.2 KB. Words follow Zipf's law, as in life, so
// that indexes and compression meet what they will meet. The same seed and now
// give the same cases, whatever n is.
func Cases(n int, seed uint64, now time.Time) iter.Seq[callback.Doc] {
	return func(yield func(callback.Doc) bool) {
		b := newBench(seed, now)
		for i := range n {
			doc, err := b.doc(i)
			if err != nil || !yield(doc) {
				return
			}
		}
	}
}

// BenchPolicy is the policy under which the ranks of Cases are computed.
func BenchPolicy() callback.Policy { return callback.DefaultPolicy("bench") }

type bench struct {
	d     dice
	now   time.Time
	p     callback.Policy
	zipf  *rand.Zipf
	vocab []string
	zones []string
	rank  []byte
}

func newBench(seed uint64, now time.Time) *bench {
	d := diceFor(seed, "bench")
	b := &bench{d: d, now: now.UTC().Truncate(time.Second), p: BenchPolicy(), vocab: vocabulary()}
	b.zipf = rand.NewZipf(d.Rand, 1.1, 2.7, uint64(len(b.vocab)-1))
	for _, c := range countries {
		b.zones = append(b.zones, c.zones...)
	}
	return b
}

// vocabulary is the words of all languages' sentences, those of English first.
func vocabulary() []string {
	seen := map[string]bool{}
	var out []string
	for _, lang := range append([]string{"en"}, languages...) {
		b := library()[lang]
		for _, s := range b.order {
			for _, e := range b.sections[s] {
				for _, w := range strings.FieldsFunc(e.text, func(r rune) bool { return strings.ContainsRune(" {}|.,!?\"", r) }) {
					if !seen[w] {
						seen[w] = true
						out = append(out, w)
					}
				}
			}
		}
	}
	return out
}

func (b *bench) words(n int) string {
	var s strings.Builder
	for i := range n {
		if i > 0 {
			s.WriteByte(' ')
		}
		s.WriteString(b.vocab[b.zipf.Uint64()])
	}
	return s.String()
}

func (b *bench) doc(i int) (callback.Doc, error) {
	c := b.open(i)
	body, err := json.Marshal(c)
	if err != nil {
		return callback.Doc{}, fmt.Errorf("encode case %d: %w", i, err)
	}
	r, _ := callback.RankOf(b.p, c)
	b.rank = callback.AppendRank(b.rank[:0], r)
	return callback.Doc{
		Type: callback.DocCase, ID: c.ID, Pos: uint64(i + 1), Schema: callback.SchemaVersion,
		Rank: append([]byte(nil), b.rank...), Body: body,
	}, nil
}

// open makes an open case that some agents have worked on.
func (b *bench) open(i int) callback.Case {
	d := b.d
	answered := b.now.Add(-d.span(time.Minute, 29*24*time.Hour)).Truncate(time.Second)
	score := d.weighted(detractorScores...)
	kind := callback.KindDetractor
	if d.chance(0.3) {
		kind = callback.KindRequest
	}
	zone, l := of(d, b.zones), america[i/100%len(america)]
	id := d.uuid(answered)
	resp := callback.Response{
		ID: d.uuid(answered), Source: Source, ExternalID: fmt.Sprintf("B-%07d", i), Score: &score, Asked: kind == callback.KindRequest,
		Comment: b.words(d.between(4, 46)), AnsweredAt: answered, Channel: "email", Product: productOf(d, ""), Language: "en",
	}
	c := callback.Case{
		Schema: callback.SchemaVersion, ID: id, Team: "bench", Kind: kind, State: callback.New, Round: 1, Version: 1, Fence: 1,
		FenceBy: "server", OpenedAt: answered, Responses: []callback.Response{resp}, Plan: b.p.Decide(resp).Plan,
		Customer: callback.Customer{
			ID: d.uuid(answered), Ref: fmt.Sprintf("B-%07d", i), Name: b.words(2), Email: fmt.Sprintf("rider.%d@example.com", i),
			Language: "en", Value: float64(d.between(0, 100)) / 100,
			Phone: callback.Phone{
				E164: l.number(i), Region: l.region, Zones: []string{zone}, ZoneFrom: "record",
			},
		},
		Scores: []callback.Score{{
			ID: d.uuid(answered), Value: &score, Answer: callback.Answered, Role: callback.Baseline, CollectedBy: "self",
			Mode: "email", At: answered,
		}},
	}
	for range d.weighted(55, 25, 13, 7) {
		b.tried(&c)
	}
	return c
}

// tried adds a call that did not reach the customer.
func (b *bench) tried(c *callback.Case) {
	at := c.OpenedAt.Add(b.d.span(0, max(time.Minute, b.now.Sub(c.OpenedAt)))).Truncate(time.Second)
	end := of(b.d, []callback.Disposition{callback.NoAnswer, callback.NoAnswer, callback.VoicemailNone, callback.Busy, callback.ThirdParty})
	c.Attempts = append(c.Attempts, callback.Attempt{
		ID: b.d.uuid(at), EventID: b.d.uuid(at), Agent: of(b.d, staff[:4]).ID, Round: 1, Number: c.Customer.Phone.E164, At: at,
		Ring: b.d.between(4, 40), WrapUp: b.d.between(5, 40), Disposition: end, Note: b.words(b.d.between(0, 8)),
	})
	c.State, c.Version, c.Fence = callback.RetryWait, c.Version+1, c.Fence+1
	c.Plan.NotBefore = at.Add(b.d.span(time.Hour, 48*time.Hour)).Truncate(time.Second)
	c.Plan.Reason = "No answer; try again."
}
