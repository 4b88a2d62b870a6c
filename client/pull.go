package client

import (
	"cmp"
	"context"
	"errors"

	"ringback/callback"
)

// fetched is a page on its way from the network to the cache.
type fetched struct {
	page callback.Page
	at   timing
	err  error
}

// puller brings what is new, page by page.
type puller struct {
	s   *Syncer
	pos callback.Position
	// epoch is the server history that the desk last met.
	epoch string
	// has is what the server is believed to have of the desk's events.
	has callback.StreamClaim
	// replaced tells that the server has another one now.
	replaced bool
	// snapshot tells that the documents were replaced.
	snapshot bool
	// done counts the documents applied.
	done int
	way  progress
}

// run fetches and applies pages until there are no more. A server that lacks
// what it acknowledged gets everything again.
func (l *puller) run(ctx context.Context) error {
	err := l.pages(ctx)
	if l.has.Empty() || !errors.Is(err, errTold) || callback.AnswerTo(callback.CodeOf(err)) != callback.AnswerRestream {
		return err
	}
	if err := l.restream(); err != nil {
		return err
	}
	return l.pages(ctx)
}

// restream numbers the journal anew, so that it is sent once more after the
// pull.
func (l *puller) restream() error {
	if err := l.s.cache.Restream(); err != nil {
		return local("renumber journal", err)
	}
	l.replaced, l.has = true, callback.StreamClaim{}
	return nil
}

// pages fetches and applies. The next page is fetched while the last is
// applied, so that at most two are in memory.
func (l *puller) pages(ctx context.Context) error {
	pos, err := l.s.cache.Position()
	if err != nil {
		return local("read cache", err)
	}
	l.pos, l.epoch = pos, cmp.Or(l.epoch, pos.Epoch)
	l.snapshotProgress()
	ctx, stop := context.WithCancel(ctx)
	pages := make(chan fetched)
	go l.s.fetchPages(ctx, pos, l.has, pages)
	defer func() {
		stop()
		for range pages { // until the fetcher has ended
		}
	}()
	for f := range pages {
		if f.err != nil {
			return f.err
		}
		l.s.contact(f.page.ServerTime, f.at)
		l.s.link.told(f.page.Notices)
		if err := l.apply(f.page); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// apply hands a page to the cache, unless it says nothing. Before the first
// page of another history the journal is renumbered, so that what the server
// has lost with its old one is sent again, whatever happens in between.
func (l *puller) apply(page callback.Page) error {
	if callback.PageRestreams(l.epoch, page.PageHead) {
		if err := l.restream(); err != nil {
			return err
		}
	}
	l.epoch = page.Epoch
	next := callback.Position{Epoch: page.Epoch, Cursor: page.Next, High: page.High, Erased: l.pos.Erased}
	if len(page.Docs) > 0 || page.Snapshot || next != l.pos {
		if err := l.s.cache.ApplyPage(page); err != nil {
			return local("store page", err)
		}
		l.pos = next
		l.snapshot = l.snapshot || page.Snapshot
		l.done += len(page.Docs)
		l.s.ring()
	}
	l.s.high.Store(page.High)
	if !l.snapshotProgress() && l.way.add(page) {
		l.s.link.busy(callback.BusyFetching, l.way.done, l.way.of)
	}
	return nil
}

// snapshotProgress shows how much of a snapshot has come, earlier runs
// included, and tells whether one is on its way.
func (l *puller) snapshotProgress() bool {
	done, of := l.s.cache.Fetched()
	if of > 0 {
		l.s.link.busy(callback.BusyFetching, min(done, of), of)
	}
	return of > 0
}

// fetchPages fetches page after page and closes the channel at the end, after
// an error, or when ctx ends. The first one claims what the server has of the
// desk's events.
func (s *Syncer) fetchPages(ctx context.Context, pos callback.Position, has callback.StreamClaim, pages chan<- fetched) {
	defer close(pages)
	give := func(f fetched) bool {
		select {
		case pages <- f:
			return f.err == nil
		case <-ctx.Done():
			return false
		}
	}
	var fault error
	defer func() {
		if fault != nil {
			give(fetched{err: fault})
		}
	}()
	defer s.recovered(&fault)
	ask := asking{at: pos, has: has, limit: s.page.of(s.opt.PageDocs), hint: 4 << 10}
	for fits := true; ; {
		page, at, err := s.client.feed(ctx, ask)
		if ask.limit > 0 {
			s.page.note(ask.limit, s.opt.PageDocs, err)
		}
		switch code := callback.CodeOf(err); {
		case code == callback.CodeTooLarge && ask.limit > 1:
			ask.limit, fits = ask.limit/2, false
			continue
		case code == callback.CodeInvalid && ask.limit > 0 && errors.Is(err, errTold):
			ask.limit, fits = 0, false // more than this server gives at once
			continue
		case lost(err) && ask.at.Cursor != "":
			ask.at = callback.Position{}
			continue
		}
		if !give(fetched{page, at, err}) || !page.More {
			return
		}
		ask.at = callback.Position{Epoch: page.Epoch, Cursor: page.Next, High: page.High, Erased: ask.at.Erased}
		ask.has, ask.hint = callback.StreamClaim{}, at.size
		if fits {
			ask.limit = s.page.of(s.opt.PageDocs)
		}
	}
}

// lost tells that the server cannot read our cursor. It should have sent a
// snapshot; asking without a cursor gets one.
func lost(err error) bool {
	code := callback.CodeOf(err)
	return errors.Is(err, errTold) && (code == callback.CodeEpoch || code == callback.CodeInvalid)
}

// progress measures a long pull by feed positions.
type progress struct {
	from, to uint64
	done, of int
}

// add takes a page in and tells whether there is progress worth showing.
func (p *progress) add(page callback.Page) bool {
	if len(page.Docs) == 0 {
		return false
	}
	if p.of == 0 || page.Snapshot {
		if !page.More {
			return false
		}
		p.from = page.Docs[0].Pos - min(1, page.Docs[0].Pos)
		p.to = p.from
	}
	for _, d := range page.Docs {
		p.to = max(p.to, d.Pos)
	}
	p.done, p.of = int(p.to-p.from), int(max(page.High, p.to)-p.from)
	return true
}
