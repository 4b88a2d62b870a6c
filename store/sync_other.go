//go:build !linux

package store

import "os"

// flushData makes a file's content durable.
func flushData(f *os.File) error { return f.Sync() }
