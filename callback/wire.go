package callback

import (
	"encoding/json"
	"time"
)

// This file is the wire contract in words: what a desk and a server say to
// each other, apart from intake and claims.

// Acked is the last event a desk believes the server to have.
type Acked struct {
	Seq     uint64 `json:"seq"`
	EventID string `json:"event_id"`
}

// Push is the body of POST /v1/events: a batch of one stream in order.
type Push struct {
	// Epoch is the server history the desk last met; empty at first.
	Epoch  string `json:"epoch,omitempty"`
	Stream string `json:"stream"`
	Ack    Acked  `json:"ack"`
	// Cursor is where the desk stands in the feed: a server that was set back
	// notices it before it takes anything.
	Cursor string `json:"cursor,omitempty"`
	// Mark is the last PushReply's: what the server told then must still be in
	// its history.
	Mark   string  `json:"mark,omitempty"`
	Events []Event `json:"events"`
}

// StreamClaim is what a desk that asks the feed believes the server to have of
// its own events: a stream up to one of them. A desk with nothing to send has
// no other occasion to notice that the server has lost them.
type StreamClaim struct {
	Stream string
	Acked
	// Mark is the last PushReply's.
	Mark string
}

// Empty tells that a claim says nothing.
func (c StreamClaim) Empty() bool { return c.Seq == 0 && c.Mark == "" }

// MaxPushEvents bounds the events of one push.
const MaxPushEvents = 100

// Receipt is the server's word on one event.
type Receipt struct {
	EventID string `json:"event_id"`
	Status  Status `json:"status"`
	Reason  Reason `json:"reason,omitempty"`
	// Detail says more about a rejection, for a person.
	Detail string `json:"detail,omitempty"`
	// First is the first verdict on a duplicate.
	First *Verdict `json:"first,omitempty"`
	// Pos is the position in the team's feed that holds the effect.
	Pos uint64 `json:"pos,omitempty"`
	// Fence is the case's fence after the event.
	Fence uint64 `json:"fence,omitempty"`
}

// Final gives the verdict that stands: a duplicate's is its first.
func (r Receipt) Final() Verdict {
	if r.Status == DuplicateEvent && r.First != nil {
		return *r.First
	}
	return Verdict{r.Status, r.Reason}
}

// PushReply is the reply of POST /v1/events: one receipt per event.
type PushReply struct {
	Epoch    string    `json:"epoch"`
	Receipts []Receipt `json:"receipts"`
	// StablePos is the feed position that a backup holds; acknowledged events
	// up to it may leave the journal. 0 means none.
	StablePos  uint64    `json:"stable_pos"`
	ServerTime time.Time `json:"server_time"`
	// Mark is where the team's feed stood when the receipts were given, signed
	// by the server. The desk hands it back at each contact, so that a server
	// which was set back cannot stand by receipts that it has lost. Older
	// servers give none.
	Mark string `json:"mark,omitempty"`
}

// DocType says what a document of the feed is.
type DocType string

// The documents of a feed.
const (
	DocCase    DocType = "case"
	DocComment DocType = "comment"
	DocGuide   DocType = "guide"
	DocPolicy  DocType = "policy"
	// DocDay is one agent's counters of one day; boards are made of them.
	DocDay DocType = "day"
	// DocAgent is a colleague's name and role.
	DocAgent DocType = "agent"
	// DocDispute says that a case has facts which a person is to settle; it is
	// there as long as they are not. Its id is the case's.
	DocDispute DocType = "dispute"
)

// OpenDisputes is the body of a DocDispute.
type OpenDisputes struct {
	CaseID string `json:"case_id"`
	Open   int    `json:"open"`
}

// Doc is one document in the feed. On the wire it is a line: type, id, pos,
// schema and rank separated by tabs, then a tab and the document's own bytes,
// so that a desk can store it without decoding. A tombstone has no body.
type Doc struct {
	Type   DocType
	ID     string
	Pos    uint64
	Schema int
	// Rank is the encoded Rank of an open case, or empty.
	Rank []byte
	// Body is JSON without line breaks; nil for a tombstone, which tells that
	// the document left the caller's scope.
	Body json.RawMessage
}

// PageHead is the first line of a feed page, as JSON.
type PageHead struct {
	Epoch string `json:"epoch"`
	// Snapshot tells that the page begins the feed anew: what the desk holds
	// of the cache is to be dropped when the last page has come.
	Snapshot bool `json:"snapshot,omitempty"`
	// Cause says why a snapshot was sent: new, epoch, expired or ahead.
	Cause string `json:"cause,omitempty"`
	// Next is the cursor after this page; High the head of the feed when the
	// page was read.
	Next string `json:"next"`
	High uint64 `json:"high"`
	// More tells that another page waits.
	More bool `json:"more,omitempty"`
	// Count is the number of lines that follow; a page with fewer was cut.
	Count int `json:"count"`
	// Total counts the documents of the snapshot that the page begins; 0 on other
	// pages.
	Total int `json:"total,omitempty"`
	// Notices are what the caller should be told beside the documents.
	Notices []Notice `json:"notices,omitempty"`
	Schema  int      `json:"schema"`
	// Reader is the lowest schema version that can read the documents; a desk
	// below it leaves the page alone, and says so.
	Reader     int       `json:"reader,omitempty"`
	ServerTime time.Time `json:"server_time"`
}

// Page is a feed page as a desk applies it.
type Page struct {
	PageHead
	Docs []Doc
}

// Me is the reply of GET /v1/me.
type Me struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	Role       UserRole  `json:"role"`
	Team       string    `json:"team"`
	Epoch      string    `json:"epoch"`
	Version    string    `json:"version"`
	Schema     int       `json:"schema"`
	ServerTime time.Time `json:"server_time"`
}

// UserRole is what a user of the server may do.
type UserRole string

// The roles.
const (
	RoleAgent      UserRole = "agent"
	RoleSupervisor UserRole = "supervisor"
	RoleTrainer    UserRole = "trainer"
	RoleAdmin      UserRole = "administrator"
)

// UserRoles lists the roles.
func UserRoles() []UserRole { return []UserRole{RoleAgent, RoleSupervisor, RoleTrainer, RoleAdmin} }

// Agent is a colleague, as the feed shows them.
type Agent struct {
	ID   string   `json:"id"`
	Name string   `json:"name"`
	Role UserRole `json:"role"`
	// Gone tells that the account was closed.
	Gone bool `json:"gone,omitempty"`
	// Languages are BCP 47 tags of what they speak, Skills names; empty says
	// nothing.
	Languages []string `json:"languages,omitempty"`
	Skills    []string `json:"skills,omitempty"`
}

// NewUser is the body of POST /v1/users.
type NewUser struct {
	// ID is a short login word; empty lets the server make one from Name.
	ID   string   `json:"id,omitempty"`
	Name string   `json:"name"`
	Role UserRole `json:"role"`
	Team string   `json:"team"`
	// Languages and Skills are as those of Agent.
	Languages []string `json:"languages,omitempty"`
	Skills    []string `json:"skills,omitempty"`
}

// UserToken is the reply of POST /v1/users: the only time the token is shown.
type UserToken struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Role  UserRole `json:"role"`
	Team  string   `json:"team"`
	Token string   `json:"token"`
}

// Bell is one event of GET /v1/stream: something changed, up to a position.
type Bell struct {
	Team string `json:"team"`
	Pos  uint64 `json:"pos"`
}

// ExportPage is the reply of GET /v1/export: cases as the server holds them.
type ExportPage struct {
	Cases []json.RawMessage `json:"cases"`
	// Next is where the next page begins; empty after the last.
	Next string `json:"next,omitempty"`
}
