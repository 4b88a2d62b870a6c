package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ringback/callback"
)

// faults are the ways in which one exchange may go wrong.
var faults = []string{
	"none", "none", "none", "never arrives", "reply is lost", "cut", "cut cleanly", "web page", "502 of a proxy",
	"500", "401", "413", "429", "426", "wrong count", "receipts are missing",
}

// spoil makes one exchange go wrong.
func spoil(fault string, at int, resp *http.Response) (*http.Response, error) {
	body, _ := io.ReadAll(resp.Body)
	say := func(status int, media, text string) (*http.Response, error) {
		h := http.Header{"Content-Type": {media}}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(text)), ContentLength: -1, Request: resp.Request}, nil
	}
	const problem = "application/problem+json"
	var rest io.Reader = bytes.NewReader(body)
	switch fault {
	case "reply is lost":
		return nil, errors.New("cut off")
	case "cut":
		rest = io.MultiReader(bytes.NewReader(body[:at%(len(body)+1)]), broken1{})
	case "cut cleanly":
		rest = bytes.NewReader(body[:at%(len(body)+1)])
	case "web page":
		return say(200, "text/html", "<html>Sign in</html>")
	case "502 of a proxy":
		return say(502, "text/html", "<html>Bad Gateway</html>")
	case "500":
		return say(500, problem, `{"code":"internal","message":"failed"}`)
	case "401":
		return say(401, problem, `{"code":"unauthorized","message":"who?"}`)
	case "413":
		return say(413, "text/html", "<html>Too large</html>")
	case "429":
		return say(429, problem, `{"code":"busy","message":"slow down"}`)
	case "426":
		return say(426, problem, `{"code":"newer_schema","message":"update"}`)
	case "wrong count":
		rest = bytes.NewReader(bytes.Replace(body, []byte(`"count":`), []byte(`"count":1`), 1))
	case "receipts are missing":
		rest = bytes.NewReader(bytes.Replace(body, []byte(`"receipts":[`), []byte(`"receipts":[],"other":[`), 1))
	}
	resp.Body, resp.ContentLength = io.NopCloser(rest), -1
	return resp, nil
}

type broken1 struct{}

func (broken1) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// Whatever goes wrong, and in whatever order: after healing, everything
// recorded is at the centre once, and the desk holds what the centre holds.
func TestNothingLostNothingTwice(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := newDesk(t, rapid.IntRange(2, 25).Draw(rt, "cases"))
		backup := d.centre.backup()
		epochs := 1
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"record", "record", "sync", "sync", "backup", "restore", "colleague", "later", "full"}).Draw(rt, "step") {
			case "record":
				for range rapid.SampledFrom([]int{1, 2, 7, 130}).Draw(rt, "facts") {
					d.memory.record(t, caseID(rapid.IntRange(0, 1).Draw(rt, "case")), rapid.SampledFrom([]callback.Payload{
						&callback.NoteAdded{Text: "a note"}, &callback.NoteAdded{Text: strings.Repeat("long ", 500)},
						&callback.SuppressRequested{Reason: "asked"}, &callback.CaseSkipped{Reason: "busy"},
					}).Draw(rt, "fact"))
				}
			case "sync":
				d.storm(rt)
			case "backup":
				backup = d.centre.backup()
			case "restore":
				epochs++
				d.centre.restore(backup, fmt.Sprintf("e%d", epochs))
			case "colleague":
				d.centre.state.put(d.centre.state.cases[caseID(0)])
			case "later":
				if n := len(d.memory.journal); n > 0 {
					d.centre.later[fmt.Sprintf("ev-%d", rapid.IntRange(1, n).Draw(rt, "put off"))] = true
				}
			case "full":
				op := rapid.SampledFrom([]string{"apply", "settle", "restream", "next"}).Draw(rt, "full at")
				d.memory.fail = func(o string) error {
					if o == op {
						return callback.Errorf(callback.CodeFull, "the disk is full")
					}
					return nil
				}
				d.storm(rt)
				d.memory.fail = nil
			}
		}
		clear(d.centre.later)
		if _, err := d.Once(context.Background()); err != nil {
			rt.Fatalf("after healing: %v", err)
		}
		if got := d.memory.pending(); got != 0 {
			rt.Fatalf("%d events still wait", got)
		}
		d.agree(rt)
	})
}

// storm syncs while exchanges go wrong.
func (d *desk) storm(rt *rapid.T) {
	// Drawn beforehand, since exchanges run in the syncer's goroutines.
	plan := rapid.SliceOfN(rapid.SampledFrom(faults), 1, 12).Draw(rt, "faults")
	at := rapid.IntRange(0, 1<<20).Draw(rt, "at")
	n := 0
	d.wire.before = func(*http.Request) error {
		if n++; plan[n%len(plan)] == "never arrives" {
			return errors.New("no way")
		}
		return nil
	}
	d.wire.after = func(_ *http.Request, resp *http.Response) (*http.Response, error) {
		return spoil(plan[n%len(plan)], at*n, resp)
	}
	report, err := d.Once(context.Background())
	if err == nil && report.Pending > 0 {
		rt.Fatalf("a sync without an error left %d events", report.Pending)
	}
	d.wire.before, d.wire.after = nil, nil
}

// agree fails unless both sides hold the same, each event once.
func (d *desk) agree(rt *rapid.T) {
	at := map[string]int{}
	for _, id := range d.centre.stored() {
		at[id]++
	}
	for _, e := range d.memory.journal {
		if e.receipt.Final().Status == callback.Rejected {
			rt.Fatalf("%s was put aside: %+v", e.event.ID, e.receipt)
		}
		if at[e.event.ID] != 1 {
			rt.Fatalf("%s is at the centre %d times", e.event.ID, at[e.event.ID])
		}
		delete(at, e.event.ID)
	}
	if len(at) > 0 {
		rt.Fatalf("the centre holds events that nobody recorded: %v", at)
	}
	want, got := d.centre.bodies(), d.memory.bodies()
	if len(want) != len(got) {
		rt.Fatalf("%d documents at the desk, %d at the centre", len(got), len(want))
	}
	for id, body := range want {
		if got[id] != body {
			rt.Fatalf("%s differs", id)
		}
	}
}

// FuzzPage feeds the page parser with anything: it refuses or gives a page
// that is whole, and never reserves more than it was sent.
func FuzzPage(f *testing.F) {
	f.Add(somePage())
	f.Add([]byte(`{"epoch":"e","next":"a","count":9223372036854775807}` + "\n"))
	f.Add([]byte("{}\n\t\t\t\t\t\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		page, err := parsePage(body)
		if err == nil && (len(page.Docs) != page.Count || page.Next == "" || page.Epoch == "") {
			t.Errorf("accepted %+v", page.PageHead)
		}
		if cap(page.Docs) > len(body) {
			t.Errorf("%d places for %d bytes", cap(page.Docs), len(body))
		}
	})
}
