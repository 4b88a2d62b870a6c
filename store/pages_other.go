//go:build !unix

package store

import "go.etcd.io/bbolt"

// release would give the pages of a mapped file back; there is no way to here.
func release(*bbolt.Tx) {}
