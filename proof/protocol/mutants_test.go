package protocol

import (
	"math"
	"slices"
	"testing"
	"time"

	"ringback/callback"
)

// mutant is a known bug, put back.
type mutant struct {
	name string
	put  func(*rules)
	// from is where the search begins for those that only few histories kill: shortly before a seed that does.
	from uint64
}

// mutants are bugs that programs of this kind had, those that the simulation before the design found, and those that
// this model has found here.
func mutants() []mutant {
	return slices.Concat(serverMutants(), feedMutants(), deskMutants(), orderMutants())
}

func serverMutants() []mutant {
	real := rulesInForce()
	return []mutant{
		{"no dedupe", func(r *rules) {
			r.next = func(h callback.StreamHead, a callback.Arrival) (callback.Taking, callback.StreamHead) {
				a.Known = false
				return real.next(h, a)
			}
		}, 0},
		{"dedupe by number", func(r *rules) {
			r.next = func(h callback.StreamHead, a callback.Arrival) (callback.Taking, callback.StreamHead) {
				if a.Seq <= h.Last {
					return callback.TakeAgain, h
				}
				return real.next(h, a)
			}
		}, 0},
		{"gaps allowed", func(r *rules) {
			r.next = func(h callback.StreamHead, a callback.Arrival) (callback.Taking, callback.StreamHead) {
				if a.Seq > h.Last+1 && !a.Early {
					h.Last = a.Seq - 1
				}
				return real.next(h, a)
			}
		}, 0},
		{"no ack check", func(r *rules) { r.ackFits = func(callback.Acked, ...string) bool { return true } }, 4_840},
		{"ack checked by number", func(r *rules) {
			r.ackFits = func(ack callback.Acked, at ...string) bool { return ack.Seq == 0 || len(at) > 0 }
		}, 0},
		{"no epoch check", func(r *rules) {
			r.epochFits = func(string, string) bool { return true }
			r.resume = func(begin callback.Cursor, c callback.Claim, past callback.Past) (callback.Cursor, string) {
				c.Cursor.Epoch = begin.Epoch
				return real.resume(begin, c, past)
			}
		}, 0},
		{"no fence", func(r *rules) {
			r.apply = func(p callback.Policy, c callback.Case, e callback.Event) (callback.Case, callback.Verdict) {
				if e.Device != serverDevice {
					e.Fence = math.MaxUint64
				}
				return real.apply(p, c, e)
			}
		}, 0},
		{"no lock of the case", func(r *rules) {
			r.barTo = func(c callback.Case, _ string, _ time.Time) callback.Bar {
				if c.State.Open() {
					return callback.BarNone
				}
				return callback.BarClosed
			}
		}, 0},
		{"no lock of the number", func(r *rules) {
			r.holdCovers = func(callback.NumberHold, string, string, time.Time) bool { return false }
		}, 0},
		{"suppression of one case only", func(r *rules) { r.flaws.soleCase = true }, 0},
		{"cases opened for the suppressed", func(r *rules) { r.flaws.opensBanned = true }, 0},
		{"counted without taking away", func(r *rules) { r.flaws.countTwice = true }, 0},
		{"first verdict forgotten", func(r *rules) { r.flaws.forgetVerdict = true }, 0},
		{"fences of the backup", func(r *rules) { r.flaws.oldFences = true }, 15_060},
		{"acknowledged before its turn", func(r *rules) { r.flaws.earlyAck = true }, 0},
		{"a backup that does not list itself", func(r *rules) { r.flaws.unlisted = true }, 0},
		{"effect at an old position", func(r *rules) { r.flaws.oldEffect = true }, 0},
		{"unknown kinds acknowledged and dropped", func(r *rules) { r.flaws.dropsUnknown = true }, 0},
		{"every document for every role", func(r *rules) { r.flaws.allViews = true }, 0},
		{"a pack shortened by a call", func(r *rules) {
			r.renewed = func(l callback.Lease, purpose callback.LeasePurpose, until time.Time) callback.Lease {
				l.Pack = time.Time{}
				return real.renewed(l, purpose, until)
			}
		}, 0},
		{"always the newest policy", func(r *rules) { r.flaws.newestPolicy = true }, 0},
		{"erasures not repeated", func(r *rules) { r.flaws.forgetsErasures = true }, 0},
		{"late facts of the erased kept whole", func(r *rules) { r.flaws.wholeLate = true }, 0},
		{"no mark in replies", func(r *rules) { r.flaws.unmarked = true }, 0},
		{"marks believed that cannot be checked", func(r *rules) {
			r.vouches = func(begin callback.Cursor, mark callback.Claim, past callback.Past) callback.Vouching {
				if v := real.vouches(begin, mark, past); v == callback.VouchLost {
					return v
				}
				return callback.VouchYes
			}
		}, 0},
	}
}

func feedMutants() []mutant {
	real := rulesInForce()
	// at changes what of a claim is looked at.
	at := func(r *rules, change func(*callback.Claim, *callback.Past)) {
		r.resume = func(begin callback.Cursor, c callback.Claim, past callback.Past) (callback.Cursor, string) {
			change(&c, &past)
			return real.resume(begin, c, past)
		}
		r.doubts = func(begin callback.Cursor, c callback.Claim, past callback.Past) bool {
			change(&c, &past)
			return real.doubts(begin, c, past)
		}
	}
	return []mutant{
		{"no mark", func(r *rules) { at(r, func(c *callback.Claim, past *callback.Past) { past.Mark = c.Cursor.Mark }) }, 0},
		{"no high mark", func(r *rules) {
			at(r, func(c *callback.Claim, past *callback.Past) {
				past.Mark, c.Cursor.High, c.High = c.Cursor.Mark, c.Cursor.Pos, c.Cursor.Pos
			})
		}, 0},
		{"no floor", func(r *rules) {
			at(r, func(c *callback.Claim, past *callback.Past) {
				past.Floor = 0
				if past.Mark == 0 {
					past.Mark = c.Cursor.Mark
				}
			})
		}, 0},
		{"no tombstones", func(r *rules) { r.gives = func(_ callback.Cursor, d callback.Doc) bool { return d.Body != nil } }, 0},
		{"cursor past the page", func(r *rules) {
			r.after = func(c callback.Cursor, _, high uint64, _ bool) callback.Cursor {
				return real.after(c, high, high, false)
			}
		}, 0},
		{"changed view not noticed", func(r *rules) {
			at(r, func(*callback.Claim, *callback.Past) {})
			inner := r.resume
			r.resume = func(begin callback.Cursor, c callback.Claim, past callback.Past) (callback.Cursor, string) {
				c.Cursor.View = begin.View
				return inner(begin, c, past)
			}
		}, 0},
	}
}

func deskMutants() []mutant {
	real := rulesInForce()
	return []mutant{
		{"trimmed when acknowledged", func(r *rules) {
			r.leaves = func(callback.JournalRow, string, uint64, time.Time) bool { return true }
		}, 0},
		{"only what waits goes out again", func(r *rules) {
			r.restream = func(row callback.JournalRow, stream string, seq uint64) (callback.JournalRow, bool) {
				if !row.Pending() {
					return row, false
				}
				return real.restream(row, stream, seq)
			}
		}, 0},
		{"another history changes nothing", func(r *rules) {
			r.pageRestreams = func(string, callback.PageHead) bool { return false }
			r.docsRestream = func(string, string) bool { return false }
			r.answerTo = func(code callback.Code) callback.Answering {
				if code == callback.CodeEpoch {
					return callback.AnswerSettle
				}
				return real.answerTo(code)
			}
		}, 0},
		{"overlay dropped when acknowledged", func(r *rules) {
			r.shows = func(row callback.JournalRow, at callback.Stand, base callback.Case, pos uint64) bool {
				return row.Receipt == nil && real.shows(row, at, base, pos)
			}
		}, 0},
		{"overlay kept over the document", func(r *rules) {
			r.shows = func(row callback.JournalRow, at callback.Stand, _ callback.Case, pos uint64) bool {
				return real.shows(row, at, callback.Case{}, pos)
			}
		}, 0},
		{"offered again, and not shown", func(r *rules) {
			r.shows = func(row callback.JournalRow, at callback.Stand, base callback.Case, pos uint64) bool {
				if row.Receipt != nil && row.Epoch == at.Epoch && row.Receipt.Pos <= max(at.Shown, pos) {
					return false
				}
				return real.shows(row, at, base, pos)
			}
		}, 6_560},
		{"no ban at the desk", func(r *rules) { r.bans = func(callback.JournalRow, callback.Stand) bool { return false } }, 0},
		{"ban ends when acknowledged", func(r *rules) {
			r.bans = func(row callback.JournalRow, _ callback.Stand) bool { return row.Receipt == nil }
		}, 0},
		{"snapshot begun, not filled", func(r *rules) {
			r.filing = func(p callback.PageHead, s *callback.Stand) callback.Filing {
				if s != nil && !p.Snapshot {
					return callback.FileOn
				}
				return real.filing(p, s)
			}
		}, 0},
		{"head moves with each page", func(r *rules) {
			r.stand = func(s callback.Stand, p callback.Page) callback.Stand {
				s = real.stand(s, p)
				s.Shown = p.High
				return s
			}
		}, 0},
		{"pulls without saying what was acknowledged", func(r *rules) { r.flaws.silentPull = true }, 0},
		{"refused as applied", func(r *rules) {
			r.settle = func(row callback.JournalRow, word callback.Receipt, epoch string, now time.Time) (callback.JournalRow, bool) {
				row, ok := real.settle(row, word, epoch, now)
				if ok && row.State == callback.Quarantined {
					row.State = callback.Settled
				}
				return row, ok
			}
		}, 0},
	}
}

func orderMutants() []mutant {
	return []mutant{
		{"dropped on any answer", func(r *rules) { r.flaws.dropOn2xx = true }, 0},
		{"cursor before the documents", func(r *rules) { r.flaws.cursorFirst = true }, 0},
		{"what rests is left behind", func(r *rules) { r.flaws.forgetResting = true }, 0},
		{"half a snapshot in use", func(r *rules) { r.flaws.swapEarly = true }, 0},
		{"numbers not on disk", func(r *rules) { r.flaws.volatileSeq = true }, 0},
		{"any kind of an erased event", func(r *rules) { r.flaws.anyKindOfErased = true }, 21_513_800},
		{"undone after it was sent", func(r *rules) { r.flaws.undoSent = true }, 0},
		{"pending facts in documents", func(r *rules) { r.flaws.writeThrough = true }, 0},
		{"documents swallowed that cannot be read", func(r *rules) { r.flaws.swallows = true }, 0},
		{"a pack given back to nobody", func(r *rules) { r.flaws.keepsPack = true }, 0},
		{"erased, and kept in the journal", func(r *rules) { r.flaws.keepsErased = true }, 0},
		{"held cases not asked about", func(r *rules) { r.flaws.neverAsks = true }, 0},
		{"erased, and kept in the log", func(r *rules) { r.flaws.keepsLog = true }, 0},
		{"shown as saved too early", func(r *rules) { r.flaws.savedEarly = true }, 0},
	}
}

// budget is how many histories a mutant may survive.
const budget = 20_000

// The model is not blind: each known bug that is put back breaks an invariant.
func TestMutantsDie(t *testing.T) {
	t.Parallel()
	if *seedFlag != 0 {
		t.Skip("one history of the true rules is asked for")
	}
	for _, m := range mutants() {
		t.Run(m.name, m.die)
	}
}

func (m mutant) die(t *testing.T) {
	t.Parallel()
	if s, written := scripts[m.name]; written && !*every {
		what := s.kills(t, m)
		if what == "" {
			t.Fatal("it survives the history that was written for it")
		}
		t.Logf("| %s | written | %d | %s |", m.name, len(s.steps), what)
		return
	}
	r := rulesInForce()
	m.put(r)
	from, most := max(1, m.from), uint64(budget)
	if *every {
		from, most = *firstSeed, *count
	}
	n, bad := search(r, from, most, nil)
	if bad == nil {
		t.Fatalf("it survives %d histories", n)
	}
	start := newWorld(r)
	short := bad.shrink(func(h history) bool { return h.live(start, actions(), nil) != "" })
	t.Logf("| %s | %d | %d | %s |", m.name, from+n-1, len(short.steps), short.live(start, actions(), nil))
}
