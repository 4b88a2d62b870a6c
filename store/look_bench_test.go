package store_test

import (
	"context"
	"testing"

	"ringback/callback"
	"ringback/store"
)

// BenchmarkLook measures what looks at every case of a desk with 100,000: a
// trial of a policy, the promises, and what a case that is opened again costs.
func BenchmarkLook(b *testing.B) {
	o := filled(b, 100_000)
	s, err := store.Open(o)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if err := s.WaitOrder(context.Background()); err != nil {
		b.Fatal(err)
	}
	none := func(callback.Case) {}
	b.Run("open-cases-of-a-trial", func(b *testing.B) {
		for b.Loop() {
			if err := s.EachOpen(b.Context(), none); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("closed-cases-of-a-trial", func(b *testing.B) {
		for b.Loop() {
			if err := s.EachClosed(b.Context(), none); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("trial-of-a-policy", func(b *testing.B) {
		now := callback.DefaultPolicy("north")
		next := now
		next.Weights.Value *= 2
		for b.Loop() {
			trial := now.Trial(next, callback.Seat{Agent: "anna"}, o.Now())
			if err := s.EachOpen(b.Context(), trial.Add); err != nil {
				b.Fatal(err)
			}
			if err := s.EachClosed(b.Context(), trial.AddClosed); err != nil {
				b.Fatal(err)
			}
			if len(trial.Moves()) == 0 {
				b.Fatal("nothing moved")
			}
			trial.WouldOpen()
			trial.WouldCool()
		}
	})
	b.Run("promises", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Promises(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
