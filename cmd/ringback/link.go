package main

import (
	"context"

	"ringback/callback"
)

// link shows the Sync screen the syncer and the journal as one thing.
type link struct{ desk *desk }

func (l *link) Status() callback.LinkStatus {
	s := l.desk.syncer.Status()
	s.URL = l.desk.URL
	if s.Measured = s.LastContact; s.Measured.IsZero() { // not since the start
		s.Skew, s.Measured = l.desk.store.Measured()
	}
	return s
}

func (l *link) SyncNow(ctx context.Context) (callback.SyncReport, error) {
	l.desk.store.Flush()
	return l.desk.syncer.Once(ctx)
}

func (l *link) Stats() (callback.JournalStats, error) { return l.desk.store.Stats() }

func (l *link) Journal(limit int) ([]callback.JournalEntry, error) {
	return l.desk.store.Journal(limit)
}

func (l *link) Matters() ([]callback.Matter, error) { return l.desk.store.Matters(l.desk.supervises()) }

func (l *link) MarkSeen(eventID string) error { return l.desk.store.MarkSeen(eventID) }

func (l *link) Requeue(eventID string) error {
	if err := l.desk.store.Requeue(eventID); err != nil {
		return err
	}
	l.desk.syncer.Nudge()
	return nil
}

func (l *link) Check(ctx context.Context) (callback.CheckReport, error) {
	return l.desk.store.Check(ctx)
}
