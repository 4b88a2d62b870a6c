package callback

import "time"

// Comment is what a customer wrote, as trainers replay it: without the name
// and the number of the one who wrote it.
type Comment struct {
	ID         string    `json:"id"`
	Score      *int      `json:"score"`
	Text       string    `json:"text"`
	Product    string    `json:"product,omitempty"`
	Language   string    `json:"language,omitempty"`
	Channel    string    `json:"channel,omitempty"`
	AnsweredAt time.Time `json:"answered_at"`
	// CaseID leads to the case, if the response has one.
	CaseID string `json:"case_id,omitempty"`
}

// Category is the category of the comment's score.
func (c Comment) Category() Category { return CategoryOf(c.Score) }

// CommentOf makes the comment of a response; ok is false if it has no words.
func CommentOf(r Response, caseID string) (c Comment, ok bool) {
	if r.Comment == "" {
		return Comment{}, false
	}
	return Comment{
		ID: r.ID, Score: r.Score, Text: r.Comment, Product: r.Product, Language: r.Language, Channel: r.Channel,
		AnsweredAt: r.AnsweredAt, CaseID: caseID,
	}, true
}

// CommentQuery chooses comments to replay, newest first.
type CommentQuery struct {
	// Category chooses one category; empty means all.
	Category Category
	// Contains chooses comments that hold these words, ignoring case.
	Contains string
	Language string
	Product  string
	// Limit bounds the answer; 0 means 500.
	Limit int
}
