package callback

import (
	"errors"
	"fmt"
	"time"
)

// Code says what sort of failure an Error is. Codes travel over the wire and
// decide exit codes, so they are few and never renamed.
type Code string

// The codes. The comment gives the HTTP status the server uses.
const (
	CodeInvalid      Code = "invalid"       // 400: the request or file is wrong
	CodeUnauthorized Code = "unauthorized"  // 401: no token, or one we do not know
	CodeRevoked      Code = "revoked"       // 401: this desk or account was signed out
	CodeWipe         Code = "wipe"          // 401: this desk is to forget everything
	CodeForbidden    Code = "forbidden"     // 403: known, but not allowed
	CodeNotFound     Code = "not_found"     // 404: absent, or not the caller's to see
	CodeConflict     Code = "conflict"      // 409: someone else holds or did it
	CodeEpoch        Code = "epoch_changed" // 409: the server's history is another one
	CodeAckUnknown   Code = "ack_unknown"   // 409: the server lacks what we think it has
	CodeForked       Code = "stream_forked" // 409: two devices write one stream
	CodeGap          Code = "gap"           // 409: events are missing before these
	CodeTooLarge     Code = "too_large"     // 413: over a limit
	CodeBusy         Code = "busy"          // 429 or 503: try again later
	CodeUnreachable  Code = "unreachable"   // no answer from the server
	CodeLocked       Code = "locked"        // another ringback holds the folder
	CodeFull         Code = "full"          // the disk is full
	CodeDamaged      Code = "damaged"       // a file cannot be read
	CodeNewer        Code = "newer_schema"  // written by a newer ringback
	CodeKey          Code = "key"           // the cache's key is missing or wrong
	CodeInternal     Code = "internal"      // 500: our fault
)

// Denies tells that the server knows the caller and wants nothing of them, so
// that asking again soon is of no use.
func (c Code) Denies() bool {
	switch c {
	case CodeUnauthorized, CodeForbidden, CodeRevoked, CodeWipe:
		return true
	}
	return false
}

// Error is a failure that a person should read: one sentence of what happened
// and where, and a hint of what to do about it.
type Error struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	// Opens is when what was refused will be allowed, if the clock alone will
	// allow it. UTC.
	Opens time.Time `json:"opens,omitzero"`
	// Err is the cause, kept for logs; it does not travel.
	Err error `json:"-"`
}

// Errorf makes an Error without a hint; %w keeps the cause.
func Errorf(code Code, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: err.Error(), Err: errors.Unwrap(err)}
}

// WithHint adds what the reader can do about the error.
func (e *Error) WithHint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + "; " + e.Hint
}

func (e *Error) Unwrap() error { return e.Err }

// CodeOf gives the code of the first Error in err's chain, CodeInternal for
// any other error, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}
