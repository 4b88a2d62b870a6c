package store_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"ringback/callback"
	"ringback/store"
)

// clock is the tests' time; it moves only when told.
type clock struct{ at atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.at.Store(start.UnixMilli())
	return c
}

func (c *clock) now() time.Time      { return time.UnixMilli(c.at.Load()).UTC() }
func (c *clock) add(d time.Duration) { c.at.Add(d.Milliseconds()) }
func key(b byte) []byte              { return bytes.Repeat([]byte{b}, store.KeySize) }
func ids(prefix string) func() string {
	var n atomic.Int64
	return func() string { return fmt.Sprintf("%s-%08d", prefix, n.Add(1)) }
}

// desk is a store with its clock, and the folder it can be opened in again.
type desk struct {
	*store.Store
	options store.Options
	clock   *clock
}

// fatal is what tests and benchmarks have in common with rapid.
type fatal interface {
	Helper()
	Fatalf(format string, args ...any)
}

func options(dir string, c *clock) store.Options {
	return store.Options{Dir: dir, Key: key(7), Agent: "anna", Team: "care", Now: c.now, NewID: ids("id")}
}

func newDesk(t testing.TB, change ...func(*store.Options)) *desk {
	t.Helper()
	c := newClock()
	o := options(filepath.Join(t.TempDir(), "desk"), c)
	for _, f := range change {
		f(&o)
	}
	d := &desk{options: o, clock: c}
	d.open(t)
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func (d *desk) open(t fatal) {
	t.Helper()
	s, err := store.Open(d.options)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	d.Store = s
}

func (d *desk) reopen(t fatal) {
	t.Helper()
	if err := d.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	d.open(t)
}

// pull takes everything the centre has.
func (d *desk) pull(t fatal, c *centre, max int) {
	t.Helper()
	for {
		at, err := d.Position()
		if err != nil {
			t.Fatalf("position: %v", err)
		}
		p := c.page(at, max)
		switch err := d.ApplyPage(p); callback.CodeOf(err) {
		case "":
		case callback.CodeDamaged:
			// The next contact fetches everything anew.
			continue
		default:
			t.Fatalf("apply page: %v", err)
		}
		if !p.More {
			return
		}
	}
}

// push sends everything that waits.
func (d *desk) push(t fatal, c *centre) {
	t.Helper()
	for {
		p, err := d.NextPush(0)
		if err != nil {
			t.Fatalf("next push: %v", err)
		}
		if len(p.Events) == 0 {
			return
		}
		reply, err := c.push(p)
		switch callback.CodeOf(err) {
		case "":
		case callback.CodeEpoch, callback.CodeAckUnknown, callback.CodeGap:
			if err := d.Restream(); err != nil {
				t.Fatalf("restream: %v", err)
			}
			continue
		default:
			t.Fatalf("push: %v", err)
		}
		if err := d.Settle(reply); err != nil {
			t.Fatalf("settle: %v", err)
		}
	}
}

func (d *desk) record(t fatal, id string, p callback.Payload) callback.Saved {
	t.Helper()
	f := callback.Fact{CaseID: id, Payload: p}
	if v, err := d.Case(id); err == nil {
		f.Fence = v.Fence
	}
	saved, err := d.Record(f)
	if err != nil {
		t.Fatalf("record: %v", err)
	}
	return saved
}

// granted makes a lease one that the desk was given just now.
func (d *desk) granted(list ...callback.Lease) []callback.Granted {
	var out []callback.Granted
	for _, l := range list {
		out = append(out, callback.GrantedAt(l, d.clock.now(), callback.Instant{Wall: d.clock.now()}))
	}
	return out
}

func (d *desk) check(t fatal) {
	t.Helper()
	r, err := d.Check(context.Background())
	if err != nil {
		t.Fatalf("check: %v", err)
	}
	if !r.OK {
		t.Fatalf("check: %v", r.Problems)
	}
}

// call is a call that ended as given.
func (d *desk) call(disposition callback.Disposition) *callback.CallRecorded {
	c := &callback.CallRecorded{AttemptID: "at-" + d.clock.now().Format(time.RFC3339Nano), Number: "+12015550100", StartedAt: d.clock.now(), Ring: 20, Disposition: disposition}
	rule, _ := disposition.Rule()
	if rule.Note {
		c.Note = "A note."
	}
	if rule.Root {
		c.Root = &callback.RootCause{Driver: "billing"}
	}
	if rule.To == callback.CallbackScheduled {
		c.Callback = &callback.CallbackWish{At: d.clock.now().Add(24 * time.Hour), Zone: "Europe/Madrid"}
	}
	if disposition == callback.TalkedPromise {
		c.Promises = []callback.NewPromise{{ID: "pr-1", Text: "Refund", Due: d.clock.now().Add(48 * time.Hour)}}
	}
	return c
}
