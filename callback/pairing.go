package callback

import (
	"strings"
	"time"
)

// A desk is let in without a token by the device flow of RFC 8628: it shows a
// short code, a supervisor types the code where they are signed in, and the
// desk, which has asked every few seconds, gets its token.

// PairingLife is how long a code is good for.
const PairingLife = 10 * time.Minute

// PairingPoll is how often a desk may ask at most; each time it asks sooner,
// PairingSlower is added (RFC 8628 §3.5).
const (
	PairingPoll   = 5 * time.Second
	PairingSlower = 5 * time.Second
)

// codeLetters make no words and are not mistaken for one another when read
// aloud (RFC 8628 §6.1); eight of them are 34 bits.
const codeLetters = "BCDFGHJKLMNPQRSTVWXZ"

const codeLength = 8

// PairingCode makes a code of random bytes; it wants at least eight below 240
// and gives false if there are fewer.
func PairingCode(random []byte) (code string, ok bool) {
	out := make([]byte, 0, codeLength)
	for _, b := range random {
		if b < 240 && len(out) < codeLength { // 240 is a multiple of 20: each letter is as likely
			out = append(out, codeLetters[int(b)%len(codeLetters)])
		}
	}
	return string(out), len(out) == codeLength
}

// ReadPairingCode reads a code as somebody typed it: in any case, with spaces
// and dashes. CodeInvalid if it cannot be one.
func ReadPairingCode(typed string) (string, error) {
	code := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '–', '\u00a0':
			return -1
		}
		return r
	}, strings.ToUpper(strings.TrimSpace(typed)))
	if len(code) != codeLength || strings.Trim(code, codeLetters) != "" {
		return "", Errorf(CodeInvalid, "%q is not a code", Line(typed)).WithHint("a code has eight letters, without vowels, such as BCDF-GHJK")
	}
	return code, nil
}

// SpellPairingCode writes a code for people: two groups of four.
func SpellPairingCode(code string) string {
	if len(code) != codeLength {
		return code
	}
	return code[:4] + "-" + code[4:]
}

// PairingRequest is the body of POST /v1/pairings.
type PairingRequest struct {
	// Name is what the desk calls itself: the supervisor sees it.
	Name string `json:"name"`
}

// PairingStart is its reply.
type PairingStart struct {
	// DeviceCode is the desk's secret, with which it asks.
	DeviceCode string `json:"device_code"`
	// UserCode is what a person reads out and another types.
	UserCode string `json:"user_code"`
	// ExpiresIn and Interval are seconds.
	ExpiresIn int `json:"expires_in"`
	Interval  int `json:"interval"`
}

// PairingPollRequest is the body of POST /v1/pairings/poll.
type PairingPollRequest struct {
	DeviceCode string `json:"device_code"`
}

// PairingState is how a pairing stands, in the words of RFC 8628 §3.5.
type PairingState string

// The states.
const (
	PairingWaiting  PairingState = "authorization_pending"
	PairingSlowDown PairingState = "slow_down"
	PairingDenied   PairingState = "access_denied"
	PairingExpired  PairingState = "expired_token"
	PairingApproved PairingState = "approved"
)

// PairingReply is the reply to a poll.
type PairingReply struct {
	State PairingState `json:"state"`
	// Interval is how many seconds to wait before asking again.
	Interval int `json:"interval,omitempty"`
	// Token is there once it is approved, and Me whose it is.
	Token string `json:"token,omitempty"`
	Me    *Me    `json:"me,omitempty"`
}

// PairingLook is the body of POST /v1/pairings/look.
type PairingLook struct {
	Code string `json:"code"`
}

// Pairing is a desk that asks to be let in, as a supervisor sees it before
// they decide.
type Pairing struct {
	Name string `json:"name"`
	// Place is the network address that the desk asked from.
	Place   string    `json:"place"`
	Asked   time.Time `json:"asked"`
	Expires time.Time `json:"expires"`
}

// PairingAnswer is the body of POST /v1/pairings/answer: a supervisor lets the
// desk in as somebody, or turns it away.
type PairingAnswer struct {
	Code    string `json:"code"`
	User    string `json:"user,omitempty"`
	Approve bool   `json:"approve"`
}
