package callback

// Stand is where a desk's documents stand in the feed. It is written in the
// same transaction as the documents it speaks of.
type Stand struct {
	Position
	// Whole tells that the documents are a complete picture; those that are not
	// are a snapshot on its way.
	Whole bool `json:"whole"`
	// Shown is the head of the feed up to which every document has come: High
	// runs ahead of it while pages are missing.
	Shown uint64 `json:"shown"`
	// Open is about how many cases are open.
	Open int `json:"open"`
	// Done of Of documents of a snapshot on its way have come; both are 0 when
	// it is complete, or when their number is not known.
	Done int `json:"done,omitempty"`
	Of   int `json:"of,omitempty"`
}

// After gives where documents stand when a page was added to them.
func (s Stand) After(p Page) Stand {
	s.Position = Position{Epoch: p.Epoch, Cursor: p.Next, High: p.High}
	for _, d := range p.Docs {
		if len(d.Rank) > 0 {
			s.Open++
		}
	}
	if p.Snapshot {
		s.Done, s.Of = 0, p.Total
	}
	if s.Of > 0 {
		s.Done += len(p.Docs)
	}
	if !p.More {
		s.Shown, s.Done, s.Of = p.High, 0, 0
	}
	return s
}

// AskFrom gives the position to ask the feed from: that of the snapshot on its
// way, so that it goes on where it stopped, else that of the documents in use.
// Documents that are broken are asked for anew.
func AskFrom(inUse Stand, broken bool, snapshot *Stand) Position {
	switch {
	case snapshot != nil && snapshot.Cursor != "":
		return snapshot.Position
	case broken:
		return Position{Epoch: inUse.Epoch}
	}
	return inUse.Position
}

// Filing is what a desk does with a page of the feed.
type Filing int

// The ways of filing a page.
const (
	// FileChanges: into the documents in use.
	FileChanges Filing = iota
	// FileBegin: an empty set of documents is begun beside those in use, and
	// the page goes there.
	FileBegin
	// FileOn: to the snapshot on its way.
	FileOn
)

// FilingOf decides where a page goes. snapshot is where the one on its way
// stands, nil if there is none. When a page without More has been added to a
// snapshot, the snapshot takes the place of the documents in use.
func FilingOf(p PageHead, snapshot *Stand) Filing {
	begun := snapshot != nil && snapshot.Cursor != ""
	switch {
	case !p.Snapshot && !begun:
		// A snapshot that stopped before its first page has nothing that
		// changes could be added to.
		return FileChanges
	case snapshot == nil, p.Snapshot && begun:
		return FileBegin
	}
	return FileOn
}

// PageRestreams tells whether a page shows that the server's history is not
// the one that the desk knows: what the server has lost with that one must be
// sent again, so the journal is numbered anew before the page is taken in.
// known is the history that the desk last met, empty if none.
func PageRestreams(known string, p PageHead) bool {
	return known != "" && p.Epoch != known || p.Cause == CauseAhead
}

// DocsRestream tells the same of documents in use and a journal whose receipts
// are of another history: a crash came between the two.
func DocsRestream(journal, docs string) bool {
	return journal != "" && docs != "" && journal != docs
}

// Answering is what a desk does about the answer to a push.
type Answering int

// The ways of answering. None of them takes an event out of the journal.
const (
	// AnswerSettle: store the receipts.
	AnswerSettle Answering = iota
	// AnswerRestream: number the journal anew and send it again.
	AnswerRestream
	// AnswerNarrow: send fewer at once; a single event that is refused is put
	// aside.
	AnswerNarrow
	// AnswerWait: everything waits for the next contact.
	AnswerWait
)

// AnswerTo decides what to do about a push that was answered with a code; ""
// is a reply with receipts.
func AnswerTo(code Code) Answering {
	switch code {
	case "":
		return AnswerSettle
	case CodeEpoch, CodeAckUnknown, CodeForked, CodeGap:
		return AnswerRestream
	case CodeInvalid, CodeTooLarge:
		return AnswerNarrow
	}
	return AnswerWait
}
