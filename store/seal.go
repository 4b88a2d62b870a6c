package store

import (
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"sync/atomic"

	"golang.org/x/crypto/chacha20poly1305"

	"ringback/callback"
)

// KeySize is the length of a desk's key in bytes.
const KeySize = chacha20poly1305.KeySize

// fileSchema is the version of the layout of the outbox and its log, and of what
// seals are bound to. A desk that meets a higher one leaves the files alone.
const fileSchema = 1

// sealMark begins every sealed value: two letters and the version of the
// envelope.
var sealMark = [3]byte{'r', 'b', 1}

// sealExtra is what sealing adds to a value.
const sealExtra = len(sealMark) + chacha20poly1305.NonceSizeX + chacha20poly1305.Overhead

var errSeal = errors.New("sealed value does not open")

// sealer keeps values unreadable on disk. Each is bound to the bucket and key
// it stands under and to the schema, so that values cannot be swapped. Copies of
// a sealer share its keys.
type sealer struct{ keys *atomic.Pointer[sealKeys] }

// sealKeys are the key that seals, and while it takes the place of another one
// that other, which still opens.
type sealKeys struct{ now, former *sealKey }

type sealKey struct {
	aead cipher.AEAD
	// id recognises the key without telling it.
	id [8]byte
}

func newSealer(key []byte) (sealer, error) {
	k, err := newSealKey(key)
	if err != nil {
		return sealer{}, err
	}
	s := sealer{keys: new(atomic.Pointer[sealKeys])}
	s.keys.Store(&sealKeys{now: k})
	return s, nil
}

func newSealKey(key []byte) (*sealKey, error) {
	if len(key) != KeySize {
		return nil, callback.Errorf(callback.CodeKey, "the desk's key has %d bytes instead of %d", len(key), KeySize).
			WithHint("sign in again to make a new one; what was not sent yet can be read only with the old key")
	}
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, fmt.Errorf("prepare the desk's key: %w", err)
	}
	k := &sealKey{aead: aead}
	sum := sha256.Sum256(append([]byte("ringback key id\x00"), key...))
	copy(k.id[:], sum[:])
	return k, nil
}

// change seals with another key from now on; the one before it still opens.
func (s sealer) change(key []byte) error {
	k, err := newSealKey(key)
	if err != nil {
		return err
	}
	s.keys.Store(&sealKeys{now: k, former: s.keys.Load().now})
	return nil
}

// settle forgets the key of before.
func (s sealer) settle() { s.keys.Store(&sealKeys{now: s.keys.Load().now}) }

// changing tells whether values may still be sealed with the key of before.
func (s sealer) changing() bool { return s.keys.Load().former != nil }

// id recognises the key that seals.
func (s sealer) id() [8]byte { return s.keys.Load().now.id }

// knows tells whether an id is that of a key which opens.
func (s sealer) knows(id []byte) bool {
	k := s.keys.Load()
	return len(id) == len(k.now.id) && ([8]byte(id) == k.now.id || k.former != nil && [8]byte(id) == k.former.id)
}

// seal appends the sealed form of plain to dst.
func (s sealer) seal(dst []byte, bucket string, key, plain []byte) []byte {
	dst = append(dst, sealMark[:]...)
	at := len(dst)
	dst = append(dst, make([]byte, chacha20poly1305.NonceSizeX)...)
	nonce := dst[at:]
	_, _ = rand.Read(nonce) // never fails: see crypto/rand
	var room [128]byte
	return s.keys.Load().now.aead.Seal(dst, nonce, plain, boundTo(room[:0], bucket, key))
}

// open appends the plain form of a sealed value to dst. The value may lie in
// a mapped file; it is only read.
func (s sealer) open(dst []byte, bucket string, key, sealed []byte) ([]byte, error) {
	head := len(sealMark) + chacha20poly1305.NonceSizeX
	if !looksSealed(sealed) {
		return nil, errSeal
	}
	k := s.keys.Load()
	var room [128]byte
	bound := boundTo(room[:0], bucket, key)
	out, err := k.now.aead.Open(dst, sealed[len(sealMark):head], sealed[head:], bound)
	if err != nil && k.former != nil {
		out, err = k.former.aead.Open(dst, sealed[len(sealMark):head], sealed[head:], bound)
	}
	if err != nil {
		return nil, errSeal
	}
	return out, nil
}

// looksSealed tells whether a value can be a sealed one.
func looksSealed(v []byte) bool { return len(v) >= sealExtra && [3]byte(v) == sealMark }

// boundTo is the associated data of a value: bucket, key and schema.
func boundTo(b []byte, bucket string, key []byte) []byte {
	b = append(b, bucket...)
	b = append(b, 0)
	b = append(b, key...)
	return binary.BigEndian.AppendUint16(b, fileSchema)
}
