package server

import (
	"encoding/json"
	"fmt"

	"ringback/callback"
	"ringback/server/rows"
)

// complete fills the empty comment of a response that came before: surveys send
// the score first and the words minutes later. Everything else stands as it came
// first; no case is opened, and none that was closed is opened again.
func (l *ledger) complete(old rows.ResponseRow, j judged) (bool, error) {
	if j.response.Comment == "" {
		return false, nil
	}
	var r callback.Response
	if err := json.Unmarshal(old.Body, &r); err != nil {
		return false, fmt.Errorf("read response %s: %w", old.ID, err)
	}
	if r.Comment != "" {
		return false, nil
	}
	r.Comment = j.response.Comment
	body, err := json.Marshal(r)
	if err != nil {
		return false, fmt.Errorf("encode response %s: %w", old.ID, err)
	}
	err = l.u.q.FillComment(l.u.ctx, rows.FillCommentParams{
		Team: l.team, Source: j.response.Source, ExternalID: j.response.ExternalID, Body: body,
	})
	if err != nil {
		return false, err
	}
	if c, words := callback.CommentOf(r, old.CaseID); words {
		if err := l.put(callback.DocComment, c.ID, c); err != nil {
			return false, err
		}
	}
	if old.CaseID == "" {
		return true, nil
	}
	_, _, err = l.applyOwn(old.CaseID, "", serverDevice, &callback.ResponseAdded{Response: r})
	return true, err
}
