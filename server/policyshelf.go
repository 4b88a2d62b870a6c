package server

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// policyShelf keeps decoded policies. A version never changes, so nothing in
// it is ever out of date.
type policyShelf struct {
	mu   sync.RWMutex
	list map[policyKey]shelved
}

type policyKey struct {
	team    string
	version int64
}

// shelved is a version of a policy and since when it is in force.
type shelved struct {
	policy callback.Policy
	since  time.Time
}

func (s *policyShelf) get(ctx context.Context, q *rows.Queries, team string, version int64) (callback.Policy, error) {
	p, err := s.take(ctx, q, team, version)
	return p.policy, err
}

func (s *policyShelf) take(ctx context.Context, q *rows.Queries, team string, version int64) (shelved, error) {
	k := policyKey{team, version}
	s.mu.RLock()
	p, ok := s.list[k]
	s.mu.RUnlock()
	if ok {
		return p, nil
	}
	row, err := q.Policy(ctx, team, version)
	if err != nil {
		return p, err
	}
	p.since = fromMicros(row.CreatedAt)
	if err := json.Unmarshal(row.Body, &p.policy); err != nil {
		return p, callback.Errorf(callback.CodeDamaged, "version %d of the policy of team %s cannot be read: %w", version, team, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.list == nil {
		s.list = map[policyKey]shelved{}
	}
	s.list[k] = p
	return p, nil
}

// policyFor gives the policy that judges an event, and its version: the one
// that was in force when the fact was stated, if the desk's clock proves it, and
// the newest otherwise. A clock proves it when its error is known and the fact
// is older than the newest version by more than a clock may err unnoticed.
func (l *ledger) policyFor(ev callback.Event) (callback.Policy, int64, error) {
	if l.version < 2 || ev.SkewMS == nil || l.policyChanged {
		return l.policy, l.version, nil
	}
	u := l.u
	newest, err := u.s.policies.take(u.ctx, u.q, l.team, l.version)
	if err != nil {
		return l.policy, l.version, err
	}
	stated := ev.EffectiveAt().Add(callback.SkewWarning)
	if !stated.Before(newest.since) {
		return l.policy, l.version, nil
	}
	version, err := u.q.PolicyVersionAt(u.ctx, l.team, micros(stated))
	if err != nil || version == 0 {
		return l.policy, l.version, err
	}
	p, err := u.s.policies.get(u.ctx, u.q, l.team, version)
	return p, version, err
}
