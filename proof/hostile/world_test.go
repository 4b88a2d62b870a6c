package hostile

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"ringback/callback"
	"ringback/client"
	"ringback/proof/rig"
	"ringback/server"
)

func TestMain(m *testing.M) { rig.Main(m, nil) }

// world is a real server, and before it a liar that puts a vector wherever one was planted.
type world struct {
	t     testing.TB
	s     *server.Server
	url   string
	token string
	// code is what a desk of a hostile name, which waits to be let in, shows.
	code  string
	cases []string
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func newWorld(t testing.TB) *world {
	t.Helper()
	ctx := context.Background()
	s, err := server.Open(ctx, server.Config{DSN: "sqlite:" + filepath.Join(t.TempDir(), "server.db")})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, s: s}
	w.must(s.AddTeam(ctx, "main", "Main "+planted(0)))
	anna := w.user("anna", "Anna", callback.RoleSupervisor)
	w.token = anna.Token
	boris := w.user("boris", "Boris "+planted(1), callback.RoleAgent)
	w.policy()
	w.guide()
	w.intake()
	back := httptest.NewServer(s.HTTPServer().Handler)
	front := httptest.NewServer(twisted(back.URL))
	t.Cleanup(func() {
		s.Stop()
		front.CloseClientConnections()
		front.Close()
		back.CloseClientConnections()
		back.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	w.url = front.URL
	c := client.New(client.Options{URL: back.URL, Token: boris.Token, Device: newID()})
	defer c.Close()
	w.past(c)
	w.floor(c)
	w.knock(back.URL)
	return w
}

// doorVector is what the desk before the door is called by; nothing else shows that mark in that form.
const doorVector = 16

// knock has a desk ask to be let in.
func (w *world) knock(url string) {
	w.t.Helper()
	stranger := client.New(client.Options{URL: url, Device: newID()})
	asked, cancel := context.WithCancel(context.Background())
	shown := make(chan callback.PairingStart, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, err := stranger.Pair(asked, "Desk "+planted(doorVector), func(s callback.PairingStart) { shown <- s })
		if err != nil && asked.Err() == nil {
			w.t.Errorf("the desk before the door was not let stand there: %v", err)
		}
	}()
	w.t.Cleanup(func() {
		cancel()
		<-done
		stranger.Close()
	})
	select {
	case s := <-shown:
		w.code = s.UserCode
	case <-done:
		w.t.FailNow()
	}
}

// floor gives a supervisor work: escalations, cases passed over too often, calls outside the queue, refused events.
func (w *world) floor(c *client.Client) {
	w.t.Helper()
	push := callback.Push{Stream: newID()}
	add := func(caseID string, what callback.Payload) {
		e, err := callback.NewEvent(newID(), caseID, what)
		if err != nil {
			w.t.Fatal(err)
		}
		push.Events = append(push.Events, e)
	}
	for i, id := range w.cases[20:26] {
		add(id, &callback.CaseEscalated{Reason: "Escalated " + planted(20+i)})
	}
	for i, id := range w.cases[26:29] {
		for range 3 {
			add(id, &callback.CaseSkipped{Code: callback.SkipOther, Reason: "Skipped " + planted(26+i)})
		}
	}
	for i, id := range w.cases[30:32] {
		p := planted(30 + i)
		add(id, &callback.CallRecorded{
			AttemptID: newID(), Number: "+12015550000", StartedAt: time.Now().UTC(), Talk: 60, Disposition: callback.TalkedPromise, Note: "Note " + p,
			Root: &callback.RootCause{Driver: "D " + p}, Promises: []callback.NewPromise{{ID: newID(), Text: "Promise " + p, Due: time.Now().Add(time.Hour)}},
		})
	}
	for i := range 3 {
		p := planted(30 + i)
		add(newID(), &callback.AdHocOpened{
			Customer: callback.Customer{ID: newID(), Name: "N " + p, Value: -1, Phone: callback.Phone{E164: fmt.Sprintf("+1201556%04d", i), Raw: "Raw " + p}},
			Reason:   "Reason " + p, Inbound: i == 0,
		})
	}
	taken := len(push.Events)
	for i := range 5 {
		add("nobody-"+planted(40+i), &callback.NoteAdded{Text: "Refused " + planted(40+i)})
	}
	for i := range push.Events {
		e := &push.Events[i]
		e.Team, e.Agent, e.Stream, e.Seq, e.At = "main", "boris", push.Stream, uint64(i+1), time.Now().UTC()
		if e.Kind == callback.KindCaseEscalated || e.Kind == callback.KindCallRecorded {
			e.Fence = 1 // which the case began with
		}
	}
	reply, err := c.Push(context.Background(), push)
	if err != nil {
		w.t.Fatal(err)
	}
	for i, r := range reply.Receipts {
		if want := i < taken; want != (r.Status == callback.Applied) || want == (r.Status == callback.Rejected) {
			w.t.Fatalf("event %d of the floor: %+v", i, r)
		}
	}
}

func (w *world) must(_ any, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) user(id, name string, role callback.UserRole) callback.UserToken {
	w.t.Helper()
	u, err := w.s.AddUser(context.Background(), "proof", callback.NewUser{ID: id, Name: name, Role: role, Team: "main"})
	if err != nil {
		w.t.Fatal(err)
	}
	return u
}

// policy opens all hours, and holds vectors where a supervisor writes words.
func (w *world) policy() {
	w.t.Helper()
	p, err := w.s.Policy(context.Background(), "main")
	if err != nil {
		w.t.Fatal(err)
	}
	day := callback.Span{From: 0, To: 24 * 60}
	week := [7][]callback.Span{}
	for i := range week {
		week[i] = []callback.Span{day}
	}
	p.Legal, p.Windows = day, []callback.Window{{Hours: week, Source: "proof " + planted(2)}}
	p.Causes = append([]callback.Driver{{Name: "driver " + planted(3), Causes: []string{"cause " + planted(4)}}}, p.Causes...)
	for i := range p.Wordings {
		p.Wordings[i].Text = "How likely? " + planted(5)
	}
	p.Custom = append(p.Custom, callback.CustomDisposition{Code: "OWN", Name: "own " + planted(6), Standard: callback.NoAnswer})
	w.must(w.s.SetPolicy(context.Background(), "proof", "main", p))
}

func (w *world) guide() {
	w.t.Helper()
	text := fmt.Sprintf("---\nid: detractor-en\nversion: 99\ntitle: Guide %s\nfor: detractor\nlanguage: en\n---\n\n## Step %s\n"+
		"@ask q: Question %s? | yes %s | no\nWords %s\n\n> Quote %s\n\n- List `code %s` **bold %s** [link](http://x/%s)\n\n## Two\nDone.\n",
		planted(7), planted(8), planted(9), planted(10), planted(11), planted(12), planted(13), planted(14), planted(15))
	w.must(w.s.PublishGuide(context.Background(), "proof", "main", "detractor-en", text))
}

// intake gives each vector a customer of its own whose every word is that vector.
func (w *world) intake() {
	w.t.Helper()
	worst, b := 0, callback.IntakeBatch{}
	for i := range vectors {
		b.Rows = append(b.Rows, callback.Intake{
			Source: "proof", ExternalID: strconv.Itoa(i), Score: &worst, Comment: planted(i) + " " + planted((i+7)%len(vectors)),
			AnsweredAt: time.Now().UTC().Add(-time.Duration(i+1) * time.Hour), Product: "P " + planted(i), Channel: "web", Language: "en",
			Person: callback.Person{
				Ref: strconv.Itoa(i), Name: planted(i) + " name", Account: "A " + planted(i), Email: "x@example.com", Phone: fmt.Sprintf("+1201555%04d", i),
			},
		})
	}
	best := 10
	for i := range vectors { // what Replay plays
		b.Rows = append(b.Rows, callback.Intake{
			Source: "praise", ExternalID: strconv.Itoa(i), Score: &best, Comment: "Praise " + planted(i), AnsweredAt: time.Now().UTC().Add(-time.Hour),
			Product: "P " + planted(i), Channel: planted(i), Language: "en", Person: callback.Person{Ref: "p" + strconv.Itoa(i), Name: planted(i)},
		})
	}
	report, err := w.s.Intake(context.Background(), "main", b)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range report.Results {
		if r.CaseID != "" {
			w.cases = append(w.cases, r.CaseID)
		}
	}
}

// past gives the first cases a history that a colleague wrote.
func (w *world) past(c *client.Client) {
	w.t.Helper()
	push := callback.Push{Stream: newID()}
	for i, id := range w.cases[:20] {
		p := planted(i)
		note, err := callback.NewEvent(newID(), id, &callback.NoteAdded{Text: "Note " + p})
		if err != nil {
			w.t.Fatal(err)
		}
		call, err := callback.NewEvent(newID(), id, &callback.CallRecorded{
			AttemptID: newID(), Number: "+12015550000", StartedAt: time.Now().UTC(), Disposition: callback.BadMoment, Note: "Note " + p,
			Root:     &callback.RootCause{Driver: "D " + p, Cause: "C " + p, Text: "T " + p},
			Promises: []callback.NewPromise{{ID: newID(), Text: "Promise " + p, Owner: "anna", Due: time.Now().Add(time.Hour)}},
			Story:    &callback.Story{Wrong: "W " + p, Did: "D " + p, Said: "S " + p, Author: "boris"},
			Answers:  []callback.GuideAnswer{{ID: "q", Question: "Q " + p, Answer: "A " + p}},
		})
		if err != nil {
			w.t.Fatal(err)
		}
		push.Events = append(push.Events, note, call)
	}
	for i := range push.Events {
		e := &push.Events[i]
		e.Team, e.Agent, e.Stream, e.Seq, e.At = "main", "boris", push.Stream, uint64(i+1), time.Now().UTC()
	}
	reply, err := c.Push(context.Background(), push)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range reply.Receipts {
		if r.Status != callback.Applied && r.Status != callback.Shadowed && r.Reason != "" {
			w.t.Fatalf("the past was not taken: %+v", r)
		}
	}
}

var plantedAt = regexp.MustCompile(`V([0-9]{2})xQ`)

// twisted puts the vectors into every reply that is not a stream, and answers some requests with lies of its own.
func twisted(back string) http.Handler {
	to, err := url.Parse(back)
	if err != nil {
		panic(err)
	}
	proxy := &httputil.ReverseProxy{
		FlushInterval: -1,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Header.Set("Accept-Encoding", "identity")
		},
		ModifyResponse: func(r *http.Response) error {
			if strings.HasPrefix(r.Header.Get("Content-Type"), "text/event-stream") {
				return nil
			}
			raw, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			_ = r.Body.Close()
			if r.Request.Method == http.MethodPost && r.Request.URL.Path == "/v1/events" && r.Request.Header.Get("Authorization") != "" {
				raw = refuseAll(raw)
			}
			if r.Request.URL.Path == "/v1/pairings" {
				raw = lieInCode(raw)
			}
			raw = twist(raw)
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
			r.Header.Set("Content-Length", strconv.Itoa(len(raw)))
			return nil
		},
	}
	return proxy
}

// twist writes each vector as JSON would hold it; what is no UTF-8 stays as raw bytes.
func twist(raw []byte) []byte {
	return plantedAt.ReplaceAllFunc(raw, func(found []byte) []byte {
		n, _ := strconv.Atoi(string(found[1:3]))
		if n >= len(vectors) {
			return found
		}
		var b bytes.Buffer
		b.WriteString(mark(n))
		for i := 0; i < len(vectors[n]); i++ {
			switch c := vectors[n][i]; {
			case c < 0x20 || c == '"' || c == '\\' || c == 0x7f:
				fmt.Fprintf(&b, `\u%04x`, c)
			default:
				b.WriteByte(c)
			}
		}
		return b.Bytes()
	})
}

// lieInCode puts vectors where a desk that signs in reads its code.
func lieInCode(raw []byte) []byte {
	var start callback.PairingStart
	if json.Unmarshal(raw, &start) != nil || start.UserCode == "" {
		return raw
	}
	start.UserCode = strings.Join([]string{planted(0), planted(10), planted(11), planted(33), planted(40)}, " ")
	out, err := json.Marshal(start)
	if err != nil {
		return raw
	}
	return out
}

// refuseAll turns the server's receipts for notes that ask for it into refusals with a hostile reason.
func refuseAll(raw []byte) []byte {
	var reply callback.PushReply
	if json.Unmarshal(raw, &reply) != nil {
		return raw
	}
	for i := range reply.Receipts {
		if i%2 == 1 {
			reply.Receipts[i].Status, reply.Receipts[i].Detail = callback.Rejected, "Detail "+planted(i%len(vectors))
			reply.Receipts[i].Reason = callback.Reason("reason " + planted((i+3)%len(vectors)))
		}
	}
	out, err := json.Marshal(reply)
	if err != nil {
		return raw
	}
	return out
}
