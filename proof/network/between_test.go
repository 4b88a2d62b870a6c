package network

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"

	"ringback/callback"
	"ringback/proof/rig"
)

// between stands between desk and server and passes requests on, answers by itself, or keeps what
// was pushed to send it again.
type between struct {
	upstream, url string

	mu    sync.Mutex
	alone func(http.ResponseWriter)
	// loses tells whether the answer to a push gets lost.
	loses  func() bool
	pushes []pushed
}

// pushed is a push that came by.
type pushed struct {
	header http.Header
	body   []byte
}

func (b *between) answer(f func(http.ResponseWriter)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.alone = f
}

func (b *between) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	b.mu.Lock()
	alone, lost := b.alone, false
	if r.URL.Path == "/v1/events" && alone == nil {
		b.pushes = append(b.pushes, pushed{r.Header.Clone(), body})
		lost = b.loses != nil && b.loses()
	}
	b.mu.Unlock()
	if alone != nil {
		alone(w)
		return
	}
	resp, err := b.send(r.Context(), r.Method, r.URL.RequestURI(), r.Header, body)
	if err != nil || lost {
		panic(http.ErrAbortHandler)
	}
	defer resp.Body.Close()
	maps.Copy(w.Header(), resp.Header)
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body)
}

// bare carries requests as they are.
var bare = &http.Client{Transport: &http.Transport{DisableCompression: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func (b *between) send(ctx context.Context, method, uri string, header http.Header, body []byte) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, b.upstream+uri, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = header.Clone()
	return bare.Do(req)
}

// again sends a push once more and gives what the server says of each event.
func (b *between) again(t testing.TB, p pushed) map[string]callback.Verdict {
	t.Helper()
	header := p.header.Clone()
	header.Set("Accept-Encoding", "identity")
	resp, err := b.send(t.Context(), http.MethodPost, "/v1/events", header, p.body)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode == http.StatusConflict {
		return nil // a push of an older state of the stream, refused as a whole
	}
	var reply callback.PushReply
	if err := json.Unmarshal(raw, &reply); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("a repeated push: %d %s", resp.StatusCode, raw)
	}
	out := map[string]callback.Verdict{}
	for _, r := range reply.Receipts {
		if r.Status != callback.DuplicateEvent {
			t.Errorf("a repeated event %s is %s", r.EventID, r.Status)
		}
		out[r.EventID] = r.Final()
	}
	return out
}

// Pushes that come again, out of order and long after, count once, and their verdicts never change.
func TestRepeatedPushes(t *testing.T) {
	t.Parallel()
	repeatPushes(t, 12)
}

func repeatPushes(t *testing.T, days int) {
	h := rig.NewHouse(t, rig.SQLite(t.TempDir()), 20)
	r := rig.Chance(t)
	b := newSwitch(t, h.URL)
	b.loses = func() bool { return r.IntN(3) == 0 }
	d := newSeat(t, h, b.url, 1)
	first := map[string]callback.Verdict{}
	repeated := 0
	for range days {
		d.record(1 + r.IntN(20))
		d.catchUp("a day")
		b.mu.Lock()
		late := slices.Clone(b.pushes)
		b.mu.Unlock()
		r.Shuffle(len(late), func(i, j int) { late[i], late[j] = late[j], late[i] })
		for _, p := range late[:min(len(late), 4)] {
			for range r.IntN(4) {
				repeated++
				for id, v := range b.again(t, p) {
					if was, ok := first[id]; ok && was != v {
						t.Errorf("event %s was %v and is %v", id, was, v)
					}
					first[id] = v
				}
			}
		}
	}
	d.settled("repeated pushes")
	rig.Figure(t, "%d events in %d pushes, %d pushes repeated out of order, 0 double, %d verdicts unchanged", len(d.saved), len(b.pushes), repeated, len(first))
	if repeated == 0 || len(first) == 0 {
		t.Error("nothing was repeated: the rig does not work")
	}
}
