package store

import (
	"bytes"
	"context"
	"encoding/json"

	"ringback/callback"
)

// Why tells what the open cases that cannot be called wait for. It judges the
// ranks in memory anew; only for those who are never to be called does it go
// through the documents.
func (s *Store) Why(ctx context.Context) (callback.Why, error) {
	w := callback.Why{Waits: []callback.WaitGroup{}, AsOf: s.clock().UTC()}
	if err := s.refresh(); err != nil {
		return w, err
	}
	policy, err := s.Policy()
	if err != nil {
		return w, err
	}
	who, err := s.seat()
	if err != nil {
		return w, err
	}
	judge := newPlacer(policy, who, w.AsOf)
	_, err = s.ranked(func(r callback.Rank) bool {
		w.Add(judge.place(r))
		return false
	})
	if err != nil {
		return w, err
	}
	w.Order()
	w.Never, err = s.neverCalled(ctx)
	return w, err
}

// suppressedMark is in the documents of cases that ended by a do-not-call.
var suppressedMark = []byte(`"state":"` + string(callback.Suppressed) + `"`)

// neverCalled counts the cases that ended because somebody asked not to be
// called, those of this desk's own events included.
func (s *Store) neverCalled(ctx context.Context) (int, error) {
	n := 0
	err := s.eachView(ctx, func(body []byte) bool {
		if bytes.Contains(body, suppressedMark) {
			var c struct {
				State callback.State `json:"state"`
			}
			if json.Unmarshal(body, &c) == nil && c.State == callback.Suppressed {
				n++
			}
		}
		return false
	}, func(v folded) {
		if v.c.State == callback.Suppressed {
			n++
		}
	})
	return n, err
}
