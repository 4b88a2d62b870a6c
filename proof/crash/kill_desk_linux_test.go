package crash

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"testing"
	"time"

	"ringback/proof/rig"
)

// deskRig runs a desk's child again and again in one folder and ends it each time in the same way.
type deskRig struct {
	t     testing.TB
	r     *rand.Rand
	h     *rig.House
	dir   string
	lie   bool
	fault func(*exec.Cmd)
	// fail gives after how many events the flushes of the next life fail; nil means never.
	fail func() int
	// facts bounds how many events a child saves before its end draws near; with 0 it may be none.
	facts int
	// least and most bound the life of a child from then on, or from the moment on that its desk is open.
	least, most time.Duration
	said        *ledger
}

// life lets the child work for a while and ends it. It tells whether the desk opened at all.
func (d *deskRig) life() error {
	d.t.Helper()
	fail := 0
	if d.fail != nil {
		fail = d.fail()
	}
	o := order{Dir: d.dir, URL: d.h.URL, Token: d.h.Token, Seed: d.r.Uint64(), Cases: d.h.Cases, Lie: d.lie, Fail: fail}
	cmd := rig.Child("desk", o.encode())
	out, err := cmd.StdoutPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	errs := &lastWords{}
	cmd.Stderr = errs
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	left, early := 0, false // the events that it saves first, unless its end comes while it opens
	if d.facts > 0 {
		left, early = 1+d.r.IntN(d.facts), d.r.IntN(10) == 0
	}
	late := d.least + time.Duration(d.r.Int64N(int64(d.most-d.least)))
	opened, ready, ended := false, make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		told := false
		d.said.read(out, func(word string) {
			opened = opened || word == saidOpen
			if word == saidAck {
				left--
			}
			if opened && left <= 0 && !told {
				told = true
				close(ready)
			}
		})
	}()
	if early {
		rig.Rest(late)
	} else {
		select {
		case <-ready:
			rig.Rest(late)
		case <-ended:
		case <-time.After(rig.Patience):
		}
	}
	d.fault(cmd)
	<-ended
	_ = cmd.Wait()
	switch {
	case errs.String() != "":
		return fmt.Errorf("the desk ended and said: %s", errs)
	case !opened && !early:
		return fmt.Errorf("the desk did not open in %s", rig.Patience)
	case left > 0 && !early:
		return fmt.Errorf("the desk did not save %d more events in %s", left, rig.Patience)
	}
	return nil
}

// lastWords keeps the beginning of what a child says on its standard error.
type lastWords struct{ text []byte }

func (w *lastWords) Write(p []byte) (int, error) {
	w.text = append(w.text, p[:min(len(p), 2000-min(2000, len(w.text)))]...)
	return len(p), nil
}

func (w *lastWords) String() string { return string(w.text) }

func kill(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

// generation is how many lives one desk has before it and the server are compared and replaced.
const generation = 20

// killDesks kills desks and gives what was found.
func killDesks(t *testing.T, rounds *rig.Rounds) *tally {
	t.Helper()
	r, y := rig.Chance(t), &tally{}
	for more := rounds.Next(); more; {
		more = t.Run(fmt.Sprintf("from %d", rounds.Done()), func(t *testing.T) {
			dir := t.TempDir()
			d := &deskRig{
				t: t, r: r, h: rig.NewHouse(t, rig.SQLite(dir), 40), dir: dir + "/desk", fault: kill,
				least: 10 * time.Millisecond, most: 200 * time.Millisecond, said: newLedger(),
			}
			for range generation {
				d.cycle(y)
				if more = rounds.Next(); !more {
					break
				}
			}
			d.settle(y)
		}) && more
		t.Logf("so far: %s", y)
	}
	return y
}

// cycle is one life, and a look at what it left.
func (d *deskRig) cycle(y *tally) {
	d.t.Helper()
	y.cycles++
	before := len(d.said.acked)
	defer func() { y.acked += len(d.said.acked) - before }()
	if err := d.life(); err != nil {
		y.note(&y.corrupt, "%v", err)
		return
	}
	s, err := rig.Sit(d.dir)
	if err != nil {
		y.note(&y.corrupt, "open: %v", err)
		return
	}
	d.said.desk(s, y)
	d.said.retry(s, y)
	if err := s.Close(); err != nil {
		y.note(&y.corrupt, "close: %v", err)
	}
}

// settle brings desk and server into step and compares them.
func (d *deskRig) settle(y *tally) {
	d.t.Helper()
	y.drafts += len(d.said.drafts)
	s, err := rig.Sit(d.dir)
	if err != nil {
		y.note(&y.corrupt, "open: %v", err)
		return
	}
	d.h.Sync(d.t, s)
	d.said.server(s, d.h.Counted(d.t), y)
	d.said.desk(s, y)
	d.h.Clean(d.t)
	if err := s.Close(); err != nil {
		d.t.Error(err)
	}
}

func TestKilledDesks(t *testing.T) {
	t.Parallel()
	y := killDesks(t, rig.Short(20))
	y.sound(t)
	rig.Figure(t, "%s", y)
}
