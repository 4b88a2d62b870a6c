package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

// aDatabase makes a database by so many changes of every size, and closes it.
func aDatabase(t testing.TB, path string, r *rand.Rand, changes int) (pageSize uint64) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, boltOptions())
	if err != nil {
		t.Fatal(err)
	}
	for range changes {
		err := db.Update(func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists(fmt.Appendf(nil, "bucket %d", r.IntN(4)))
			if err != nil {
				return err
			}
			for range r.IntN(60) {
				key := fmt.Appendf(nil, "key %d", r.IntN(200))
				if r.IntN(3) == 0 {
					if err := b.Delete(key); err != nil {
						return err
					}
				} else if err := b.Put(key, bytes.Repeat([]byte{'v'}, r.IntN(1<<r.IntN(15)))); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := checkStructure(path, db); err != nil {
			t.Fatalf("of a sound database: %v", err)
		}
	}
	pageSize = uint64(db.Info().PageSize)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return pageSize
}

func TestSoundPagesAreSound(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		aDatabase(t, filepath.Join(dir, fmt.Sprint(n)), r, rapid.IntRange(1, 12).Draw(rt, "changes"))
	})
}

// A list of free pages that names one in use is what bbolt itself does not
// notice until it has overwritten the page.
func TestAPageInUseIsNotFree(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	page := aDatabase(t, path, rand.New(rand.NewPCG(3, 0)), 12)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	o, lists, noticed := binary.NativeEndian, 0, 0
	for at := 2 * page; at+page <= uint64(len(whole)); at += page {
		if o.Uint16(whole[at+8:]) != freelistPage || o.Uint16(whole[at+10:]) == 0 {
			continue
		}
		lists++
		for bit := range 8 {
			broken := bytes.Clone(whole)
			broken[at+pageHead] ^= 1 << bit
			if err := checkPages(bytes.NewReader(broken), page); errors.Is(err, errDamaged) {
				noticed++
			}
		}
	}
	// Lists of earlier changes lie about; only that of the last one counts.
	if lists == 0 || noticed != 8 {
		t.Errorf("%d lists, %d of 8 flipped bits noticed", lists, noticed)
	}
}

// What is damaged in any way is told as damaged or is where nothing is used:
// then bbolt reads every value as it was.
func FuzzStructure(f *testing.F) {
	path := filepath.Join(f.TempDir(), "x.db")
	page := aDatabase(f, path, rand.New(rand.NewPCG(4, 0)), 12)
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	for n := range 64 {
		f.Add(uint32(n*len(whole)/64), []byte{0xff, 0, 1})
		f.Add(uint32(uint64(n)%(uint64(len(whole))/page)*page+8), []byte{2, 0, 9, 0, 1})
	}
	f.Fuzz(func(t *testing.T, at uint32, garbage []byte) {
		broken := bytes.Clone(whole)
		copy(broken[int(at)%len(broken):], garbage)
		if err := checkPages(bytes.NewReader(broken), page); err != nil {
			if !errors.Is(err, errDamaged) {
				t.Fatalf("%v", err)
			}
			return
		}
		path := filepath.Join(t.TempDir(), "broken.db")
		if err := os.WriteFile(path, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := bbolt.Open(path, 0o600, boltOptions())
		if err != nil {
			t.Fatalf("nothing found, but it does not open: %v", err)
		}
		defer db.Close() //nolint:errcheck // it was only read
		err = update(db, func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists([]byte("more"))
			if err != nil {
				return err
			}
			return b.Put([]byte("key"), bytes.Repeat([]byte{'w'}, 40_000))
		})
		if err == nil {
			err = checkStructure(path, db)
		}
		if err != nil {
			t.Fatalf("nothing found, but after a change: %v", err)
		}
	})
}
