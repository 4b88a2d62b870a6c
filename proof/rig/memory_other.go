//go:build !linux

package rig

import "testing"

// Memory gives a directory on disk: this system has no place for files in memory.
func Memory(t testing.TB) string {
	t.Helper()
	return t.TempDir()
}
