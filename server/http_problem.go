package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"ringback/callback"
)

// problem is a failure as clients see it: problem details of RFC 9457 with
// our code, message and hint.
type problem struct {
	Type    string        `json:"type" doc:"Always about:blank; code says what kind of failure it is."`
	Title   string        `json:"title"`
	Status  int           `json:"status"`
	Code    callback.Code `json:"code" doc:"What kind of failure it is. Codes are never renamed."`
	Message string        `json:"message" doc:"One sentence for a person."`
	Hint    string        `json:"hint,omitempty" doc:"What the reader can do about it."`
	Opens   *time.Time    `json:"opens,omitempty" doc:"When what was refused will be allowed, if the clock alone will allow it. UTC."`
}

// statusOf gives the HTTP status of a code.
func statusOf(c callback.Code) int {
	switch c {
	case callback.CodeInvalid:
		return http.StatusBadRequest
	case callback.CodeUnauthorized, callback.CodeRevoked, callback.CodeWipe:
		return http.StatusUnauthorized
	case callback.CodeForbidden:
		return http.StatusForbidden
	case callback.CodeNotFound:
		return http.StatusNotFound
	case callback.CodeConflict, callback.CodeEpoch, callback.CodeAckUnknown, callback.CodeForked, callback.CodeGap:
		return http.StatusConflict
	case callback.CodeTooLarge:
		return http.StatusRequestEntityTooLarge
	case callback.CodeBusy:
		return http.StatusServiceUnavailable
	case callback.CodeFull:
		return http.StatusInsufficientStorage
	}
	return http.StatusInternalServerError
}

// problemOf turns any error into what a client may see of it: our own errors
// as they are, without their causes; everything else as our fault.
func problemOf(err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	var e *callback.Error
	if !errors.As(err, &e) || e.Code == callback.CodeInternal || e.Code == callback.CodeDamaged {
		e = callback.Errorf(callback.CodeInternal, "the server failed").WithHint("try again; if it stays, ask the operator to look into the log")
	}
	if e.Code == callback.CodeFull || e.Code == callback.CodeBusy {
		text := map[callback.Code]string{callback.CodeFull: "the server's disk is full", callback.CodeBusy: "the server is busy"}[e.Code]
		if e.Err != nil {
			e = callback.Errorf(e.Code, "%s", text).WithHint("nothing was lost; it will be sent again")
		}
	}
	return newProblem(statusOf(e.Code), e)
}

func newProblem(status int, e *callback.Error) *problem {
	p := &problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Code: e.Code, Message: e.Message, Hint: e.Hint,
	}
	if !e.Opens.IsZero() {
		p.Opens = &e.Opens
	}
	return p
}

func (p *problem) Error() string { return p.Message }

// GetStatus implements huma.StatusError.
func (p *problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *problem) ContentType(string) string { return "application/problem+json" }

// writeProblem answers a request outside huma.
func writeProblem(w http.ResponseWriter, err error) {
	p := problemOf(err)
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client may be gone
}
