package store

import (
	"container/heap"
	"encoding/json"
	"slices"
	"strings"

	"ringback/callback"
)

// commentLimit is how many comments an unlimited query gives.
const commentLimit = 500

// Comments gives the comments a query chooses, the newest first.
func (s *Store) Comments(q callback.CommentQuery) ([]callback.Comment, error) {
	limit := q.Limit
	if limit <= 0 {
		limit = commentLimit
	}
	words := newNeedle(strings.TrimSpace(q.Contains))
	var newest commentHeap
	err := s.eachDoc(callback.DocComment, nil, func(_ string, body []byte) bool {
		var c callback.Comment
		if json.Unmarshal(body, &c) != nil || !chosen(q, words, c) {
			return true
		}
		if len(newest) == limit && !newer(c, newest[0]) {
			return true
		}
		heap.Push(&newest, c)
		if len(newest) > limit {
			heap.Pop(&newest)
		}
		return true
	})
	out := []callback.Comment(newest)
	slices.SortFunc(out, func(a, b callback.Comment) int {
		if newer(a, b) {
			return -1
		}
		return 1
	})
	return out, err
}

func chosen(q callback.CommentQuery, words needle, c callback.Comment) bool {
	return (q.Category == "" || c.Category() == q.Category) &&
		(q.Language == "" || strings.EqualFold(c.Language, q.Language)) &&
		(q.Product == "" || strings.EqualFold(c.Product, q.Product)) &&
		words.in([]byte(c.Text))
}

// newer orders comments by time, and those of one instant by id.
func newer(a, b callback.Comment) bool {
	if !a.AnsweredAt.Equal(b.AnsweredAt) {
		return a.AnsweredAt.After(b.AnsweredAt)
	}
	return a.ID > b.ID
}

// commentHeap keeps the oldest of the chosen on top.
type commentHeap []callback.Comment

func (h commentHeap) Len() int           { return len(h) }
func (h commentHeap) Less(i, j int) bool { return newer(h[j], h[i]) }
func (h commentHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *commentHeap) Push(x any)        { *h = append(*h, x.(callback.Comment)) }
func (h *commentHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
