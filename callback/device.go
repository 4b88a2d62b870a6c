package callback

import (
	"fmt"
	"time"
)

// Device is a desk at which somebody signed in, as those see it who keep
// accounts. Times are UTC.
type Device struct {
	ID   string `json:"id"`
	User string `json:"user"`
	// Name is what the desk calls itself, Place the network address of its last
	// contact.
	Name  string    `json:"name"`
	Place string    `json:"place"`
	Since time.Time `json:"since"`
	Seen  time.Time `json:"seen"`
	// Moved is when its folder was first met on another machine or in another
	// place, Copied when it was noticed to be in use twice.
	Moved  time.Time `json:"moved,omitzero"`
	Copied time.Time `json:"copied,omitzero"`
	// Revoked is when it was signed out, RevokedBy by whom.
	Revoked   time.Time `json:"revoked,omitzero"`
	RevokedBy string    `json:"revoked_by,omitempty"`
	// WipeOrdered is when it was told to forget everything, Wiped when it said
	// that it has.
	WipeOrdered time.Time `json:"wipe_ordered,omitzero"`
	Wiped       time.Time `json:"wiped,omitzero"`
	// ClockOff is how far its clock was behind the server's, in nanoseconds, when
	// it last recorded something by a clock that was badly wrong (ClockFlag);
	// ClockAt is when that came. Its times were corrected.
	ClockOff time.Duration `json:"clock_off_ns,omitempty"`
	ClockAt  time.Time     `json:"clock_at,omitzero"`
	// This tells that the list was asked for from this very desk.
	This bool `json:"this,omitempty"`
}

// State says in a few words how a device stands.
func (d Device) State() string {
	switch {
	case !d.Wiped.IsZero():
		return "wiped"
	case !d.WipeOrdered.IsZero():
		return "to be wiped at its next contact"
	case !d.Revoked.IsZero():
		return "signed out"
	case !d.Copied.IsZero():
		return "in use twice"
	}
	return "signed in"
}

// Clock says what is wrong with the device's clock; empty if nothing is known.
func (d Device) Clock(now time.Time) string {
	if d.ClockAt.IsZero() {
		return ""
	}
	side := "behind"
	if d.ClockOff < 0 {
		side = "ahead"
	}
	return fmt.Sprintf("clock %s %s, %s ago", Ago(d.ClockOff.Abs()), side, Ago(now.Sub(d.ClockAt)))
}

// DeviceList is the reply of GET /v1/users/{id}/devices.
type DeviceList struct {
	Devices []Device `json:"devices"`
	// Unused counts tokens that no desk has used: they wait for one, or serve
	// programs without a desk.
	Unused int `json:"unused_tokens"`
}

// UserChange is the body of PATCH /v1/users/{id}; what is nil stays.
type UserChange struct {
	Name   *string   `json:"name,omitempty"`
	Role   *UserRole `json:"role,omitempty"`
	Team   *string   `json:"team,omitempty"`
	Closed *bool     `json:"closed,omitempty"`
	// Languages and Skills replace those that were said; empty says nothing.
	Languages *[]string `json:"languages,omitempty"`
	Skills    *[]string `json:"skills,omitempty"`
}

// NoticeKind says what a Notice is about.
type NoticeKind string

// The kinds of notices.
const (
	// NoticeCopied tells that a desk's folder or token is in use at two places.
	NoticeCopied NoticeKind = "copied"
	// NoticeQuarantine tells those who lead a team that refused events wait for
	// them.
	NoticeQuarantine NoticeKind = "quarantine"
)

// Notice is what the server has to say beside a page of the feed: to a desk
// about itself, to those who keep accounts about the desks of their team.
type Notice struct {
	Kind NoticeKind `json:"kind"`
	// Count is how many wait in quarantine; At is then when the oldest came.
	Count int `json:"count,omitempty"`
	// Device, Name and User say which desk, and whose.
	Device   string    `json:"device"`
	Name     string    `json:"name"`
	User     string    `json:"user"`
	UserName string    `json:"user_name"`
	At       time.Time `json:"at"`
	// Own tells that it is the desk that asked.
	Own bool `json:"own,omitempty"`
}

// Words says a notice to a person; empty for a kind of a later ringback.
func (n Notice) Words() string {
	switch n.Kind {
	case NoticeCopied:
	case NoticeQuarantine:
		what := "1 event that was refused waits"
		if n.Count != 1 {
			what = fmt.Sprintf("%d events that were refused wait", n.Count)
		}
		return fmt.Sprintf("%s for a supervisor of your team, the oldest since %s: ringback quarantine list", what, n.At.UTC().Format("2 January 15:04 UTC"))
	default:
		return ""
	}
	if n.Own {
		return "This desk's folder or token is in use at two places: it was copied, or set back to an earlier state. Nothing is lost. Tell your supervisor if you do not know why."
	}
	return fmt.Sprintf("The desk %s of %s is in use at two places: its folder or token was copied. If that is not meant: ringback user devices %s", Line(n.Name), Line(n.UserName), Line(n.User))
}
