package store

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// ballastSize is kept free for the call in progress when the disk fills up.
const ballastSize = 1 << 20

// roomEvery is how often a desk on a full disk looks for room again.
const roomEvery = 2 * time.Second

// room knows whether the disk still has space. A desk keeps a file of ballast
// beside its journal; when a save finds the disk full, the ballast goes and
// the save is tried once more, so that the call in progress is kept. From then
// on no new call should begin, until there is space for the ballast again.
type room struct {
	mu    sync.Mutex
	dir   string
	tight bool
	tried time.Time
}

// open puts the ballast in its place.
func (r *room) open(dir string, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dir, r.tried = dir, now
	r.tight = !ensureBallast(dir)
}

// give frees the ballast for a save that found the disk full; it tells whether
// there was any. A failed save leaves the disk tight in any case.
func (r *room) give() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tight = true
	return os.Remove(filepath.Join(r.dir, ballastName)) == nil
}

// full tells whether there is no space for another call. Now and then it looks
// whether there is again.
func (r *room) full(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tight && (now.Before(r.tried) || now.Sub(r.tried) >= roomEvery) {
		r.tried = now
		r.tight = !ensureBallast(r.dir)
	}
	return r.tight
}

// ensureBallast makes the file of ballast if it is missing, and tells whether
// it is there. It is random, so that no file system packs it.
func ensureBallast(dir string) bool {
	path := filepath.Join(dir, ballastName)
	if info, err := os.Stat(path); err == nil && info.Size() == ballastSize {
		return true
	}
	content := make([]byte, ballastSize)
	_, _ = rand.Read(content)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		_ = os.Remove(path)
		return false
	}
	return true
}

// spared runs a save of what a person did. When the disk is full it frees the
// ballast and runs it once more.
func (s *Store) spared(save func() error) error {
	err := save()
	if isFull(err) && s.room.give() {
		err = save()
	}
	return err
}
