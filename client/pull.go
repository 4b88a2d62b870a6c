package client

import (
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

// pull fetches and applies pages until there are no more, and gives the number
// of documents applied. The next page is fetched while the last is applied, so
// that at most two are in memory.
func (s *Syncer) pull(ctx context.Context) (int, error) {
	pos, err := s.cache.Position()
	if err != nil {
		return 0, local("read cache", err)
	}
	ctx, stop := context.WithCancel(ctx)
	pages := make(chan fetched)
	go s.fetchPages(ctx, pos, pages)
	defer func() {
		stop()
		for range pages { // until the fetcher has ended
		}
	}()
	n, way := 0, progress{}
	for f := range pages {
		if f.err != nil {
			return n, f.err
		}
		s.contact(f.page.ServerTime, f.at)
		if err := s.apply(&pos, f.page); err != nil {
			return n, err
		}
		n += len(f.page.Docs)
		if way.add(f.page) {
			s.link.busy("fetching", way.done, way.of)
		}
	}
	return n, nil
}

// apply hands a page to the cache, unless it says nothing.
func (s *Syncer) apply(pos *callback.Position, page callback.Page) error {
	next := callback.Position{Epoch: page.Epoch, Cursor: page.Next, High: page.High}
	if len(page.Docs) == 0 && !page.Snapshot && next == *pos {
		s.high.Store(page.High)
		return nil
	}
	if err := s.cache.ApplyPage(page); err != nil {
		return local("store page", err)
	}
	*pos = next
	s.high.Store(page.High)
	s.ring()
	return nil
}

// fetchPages fetches page after page and closes the channel at the end, after
// an error, or when ctx ends.
func (s *Syncer) fetchPages(ctx context.Context, pos callback.Position, pages chan<- fetched) {
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
	limit, hint := s.opt.PageDocs, 4<<10
	for {
		page, at, err := s.client.feed(ctx, pos, limit, hint)
		switch code := callback.CodeOf(err); {
		case code == callback.CodeTooLarge && limit > 1:
			limit /= 2
			continue
		case code == callback.CodeInvalid && limit > 0 && errors.Is(err, errTold):
			limit = 0 // more than this server gives at once
			continue
		case lost(err) && pos.Cursor != "":
			pos = callback.Position{}
			continue
		}
		if !give(fetched{page, at, err}) || !page.More {
			return
		}
		pos = callback.Position{Epoch: page.Epoch, Cursor: page.Next, High: page.High}
		hint = at.size
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
