package ui

import (
	"fmt"
	"time"

	"ringback/callback"
)

// worked fills the desk with people, a past, a journal of every kind, a board
// and comments: the world that the golden screens show.
func worked(f *fake, _ *Options) {
	f.fill(len(people), people)
	f.withPast()
	f.withJournal()
	f.withDays()
	f.withComments()
	f.report = callback.CheckReport{OK: true, Cases: 8, Events: 5, Days: 39}
	f.moved()
}

func (f *fake) withPast() {
	c := f.cases["case-000001"]
	at := f.now().Add(-20 * time.Hour)
	two, seven := 2, 7
	c.Attempts = []callback.Attempt{
		{ID: "a1", Agent: "boris", Round: 1, At: at, Ring: 25, Disposition: callback.NoAnswer},
		{ID: "a2", Agent: "chen", Round: 1, At: at.Add(3 * time.Hour), Ring: 9, Disposition: callback.ThirdParty, Note: "Her colleague: she is back after ten."},
	}
	c.Scores = []callback.Score{
		{ID: "s1", Value: &two, Answer: callback.Answered, Role: callback.Baseline, CollectedBy: "self", Mode: "web", At: at.Add(-9 * time.Hour)},
		{ID: "s2", Value: &seven, Answer: callback.Answered, Role: callback.Rescore, CollectedBy: "agent:boris", Mode: "phone", At: at},
	}
	c.Promises = []callback.Promise{{ID: "p1", Text: "Send a new router", Owner: "boris", Due: f.now().Add(26 * time.Hour), Status: callback.PromiseOpen}}
	c.Notes = []callback.Note{{EventID: "n1", By: "boris", At: at, Text: "Prefers to be called in the morning."}}
	c.Plan.Reason = "Tried before, at another time of the day."
	f.cases[c.ID] = c
}

func (f *fake) withJournal() {
	record := func(id, caseID string, p callback.Payload, state callback.JournalState, r *callback.Receipt, ago time.Duration) {
		e, err := callback.NewEvent(id, caseID, p)
		if err != nil {
			panic(err)
		}
		e.Agent, e.Device, e.Stream, e.Seq, e.At = f.me.ID, "desk-1", "s-1", uint64(len(f.journal)+1), f.now().Add(-ago)
		f.journal = append(f.journal, callback.JournalEntry{Event: e, State: state, Receipt: r, Customer: f.cases[caseID].Customer.Name})
	}
	record("e1", "case-000006", &callback.NoteAdded{Text: "Wants a written offer."}, callback.Settled, nil, 26*time.Hour)
	record("e2", "case-000002", &callback.CaseSkipped{Reason: "I know this person."}, callback.InShadow,
		&callback.Receipt{EventID: "e2", Status: callback.Shadowed, Reason: callback.ReasonCaseClosed}, 3*time.Hour)
	record("e3", "case-000003", &callback.NoteAdded{Text: "折り返し希望"}, callback.Quarantined,
		&callback.Receipt{EventID: "e3", Status: callback.Rejected, Reason: callback.ReasonTooLarge, Detail: "text is over 4 KB"}, 2*time.Hour)
	record("e4", "case-000004", &callback.NoteAdded{Text: "Use the side entrance."}, callback.Sent, nil, 4*time.Minute)
	record("e5", "case-000001", &callback.NoteAdded{Text: "Has two lines."}, callback.Waiting, nil, 2*time.Minute)
}

// withDays gives three agents a quarter of work; the fourth has done little.
func (f *fake) withDays() {
	for w := range 12 {
		date := f.now().AddDate(0, 0, -7*w).Format(time.DateOnly)
		for i, a := range []string{"anna", "boris", "chen", "dora"} {
			n := callback.Counts{Eligible: 10, Attempted: 9 - i, Contacted: 6, Closed: 5, Rescored: 4, InTime: 7, Late: 2 - i%2, Within: 6, Attempts: 14 - w/2, Made: 2, Kept: 1 + i%2}
			if a == "dora" {
				if w > 1 {
					continue
				}
				n = callback.Counts{Eligible: 3, Attempted: 2, Contacted: 1, Attempts: 3, InTime: 2}
			}
			better := (i + w) % 3
			n.Moves[0] = [4]int{2, 1 + better, 3 - i, 4}
			n.MovesContacted[0] = [4]int{2, 1 + better, 3 - i, 1}
			if a == "dora" {
				n.Moves[0], n.MovesContacted[0] = [4]int{0, 1, 0, 2}, [4]int{0, 1, 0, 0}
			}
			n.Lift, n.LiftSquares = n.Moves[0][1]+2*n.Moves[0][2], n.Moves[0][1]+4*n.Moves[0][2]
			f.days = append(f.days, callback.Day{Agent: a, Date: date, Counts: n})
		}
	}
}

func (f *fake) withComments() {
	texts := []struct{ text, product, language string }{
		{"Спасибо! Перезвонили в тот же день, всё объяснили и вернули деньги. Такого отношения я давно не встречала.", "Мобильный", "ru"},
		{"I was ready to leave. Then someone actually called, listened, and fixed it in an afternoon. I have already told three friends.", "Router", "en"},
		{"サポートの方がとても親切で、最後まで付き合ってくれました。ありがとうございました。", "クラウド", "ja"},
		{"Einfach, schnell, freundlich. 👍🏽", "Cloud", "de"},
	}
	for i := range 12 {
		t := texts[i%len(texts)]
		score := 10 - i%2
		if i == 11 {
			score = 3
		}
		f.comments = append(f.comments, callback.Comment{
			ID: fmt.Sprintf("cm-%d", i), Score: &score, Text: t.text, Product: t.product, Language: t.language, Channel: "web",
			AnsweredAt: f.now().Add(-time.Duration(i*9) * time.Hour),
		})
	}
}
