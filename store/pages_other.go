//go:build !unix

package store

// span would give pages of a mapped file back; there is no way to here.
type span struct{}

func (*span) add([]byte) {}

func (*span) release() {}
