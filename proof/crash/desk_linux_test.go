package crash

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"syscall"
	"time"

	"ringback/callback"
	"ringback/client"
	"ringback/proof/rig"
	"ringback/store"
)

// order tells the child what to do.
type order struct {
	Dir, URL, Token string
	Seed            uint64
	Cases           []string
	// Lie makes the disk say done to every flush without flushing.
	Lie bool
	// Fail makes every flush fail after so many acknowledged events; 0 never.
	Fail int
}

func (o order) encode() string {
	raw, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// The words by which the child tells what it is about to do and what it was told is done.
const (
	saidOpen     = "open"
	saidAck      = "ack"      // the event is saved
	saidDraft    = "draft"    // the draft is kept, with a text of so many letters
	saidSaving   = "saving"   // the draft is about to become an event
	saidDropping = "dropping" // the draft is about to be thrown away
	saidDropped  = "dropped"
	saidUndoing  = "undoing"
	saidUndone   = "undone"
	saidFailed   = "failed" // the event was not saved: its case, its kind, and why
)

func say(words ...any) { _, _ = os.Stdout.WriteString(fmt.Sprintln(words...)) }

// deskChild is a real store with a real syncer behind it, and an agent who never rests. It tells on
// its standard output what it was told to be safe, and works until it is killed.
func deskChild(args []string) error {
	var o order
	if err := json.Unmarshal([]byte(args[0]), &o); err != nil {
		return err
	}
	if o.Lie {
		if err := rig.Flushes(0); err != nil {
			return err
		}
	}
	s, err := rig.Sit(o.Dir)
	if err != nil {
		return err
	}
	c := client.New(client.Options{URL: o.URL, Token: o.Token, Device: s.Device()})
	syncer := client.NewSyncer(c, s, client.SyncOptions{PageDocs: 20})
	go syncer.Run(context.Background())
	say(saidOpen)
	w := worker{o: o, s: s, r: rand.New(rand.NewPCG(o.Seed, 1)), nudge: syncer.Nudge}
	for {
		w.work()
	}
}

// worker is the agent of deskChild.
type worker struct {
	o     order
	s     *store.Store
	r     *rand.Rand
	nudge func()
	last  string
	// acked and failed count the events that were saved, and those that were not.
	acked, failed int
}

func (w *worker) work() {
	id := w.o.Cases[w.r.IntN(len(w.o.Cases))]
	switch n := w.r.IntN(20); {
	case n < 12:
		w.last = w.record(rig.NewID(), id, &callback.NoteAdded{Text: "Note " + strings.Repeat("long ", w.r.IntN(100)) + "."})
	case n < 18:
		w.call(id)
	case w.last != "":
		say(saidUndoing, w.last)
		if _, err := w.s.Undo(w.last); err == nil {
			say(saidUndone, w.last)
		}
		w.last = ""
	}
	w.nudge()
}

// call types a call in, letter by letter, and saves it or lets it be.
func (w *worker) call(caseID string) {
	id, note := rig.NewID(), ""
	for range 1 + w.r.IntN(4) {
		note += strings.Repeat("x", 1+w.r.IntN(50))
		d := callback.Draft{EventID: id, CaseID: caseID, Phase: callback.PhaseWrap, StartedAt: time.Now().UTC(), Texts: map[string]string{"note": note}}
		if w.s.SaveDraft(d) == nil {
			say(saidDraft, id, len(note))
		}
	}
	switch w.r.IntN(6) {
	case 0:
		say(saidDropping, id)
		if w.s.DropDraft(id) == nil {
			say(saidDropped, id)
		}
	case 1: // the call goes on after the crash
	default:
		say(saidSaving, id)
		w.record(id, caseID, noAnswer())
	}
}

func noAnswer() *callback.CallRecorded {
	return &callback.CallRecorded{AttemptID: rig.NewID(), Number: "+12015550100", StartedAt: time.Now().UTC(), Ring: 20, Disposition: callback.NoAnswer}
}

// record saves an event. One that was refused is offered again under the same id, as the screens do.
func (w *worker) record(id, caseID string, p callback.Payload) string {
	for range 3 {
		_, err := w.s.Record(callback.Fact{EventID: id, CaseID: caseID, Payload: p})
		if err == nil {
			say(saidAck, id)
			w.acked++
			if w.acked == w.o.Fail {
				if err := rig.Flushes(syscall.EIO); err != nil {
					panic(err)
				}
			}
			return id
		}
		say(saidFailed, id, caseID, p.Kind(), callback.CodeOf(err))
		if w.failed++; w.failed > 10 {
			select {} // she has understood
		}
		rig.Rest(time.Millisecond)
	}
	return ""
}
