package store

import (
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

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
// it stands under and to the schema, so that values cannot be swapped.
type sealer struct {
	aead cipher.AEAD
	// id recognises the key without telling it.
	id [8]byte
}

func newSealer(key []byte) (sealer, error) {
	if len(key) != KeySize {
		return sealer{}, callback.Errorf(callback.CodeKey, "the desk's key has %d bytes instead of %d", len(key), KeySize).
			WithHint("sign in again to make a new one; what was not sent yet can be read only with the old key")
	}
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return sealer{}, fmt.Errorf("prepare the desk's key: %w", err)
	}
	s := sealer{aead: aead}
	sum := sha256.Sum256(append([]byte("ringback key id\x00"), key...))
	copy(s.id[:], sum[:])
	return s, nil
}

// seal appends the sealed form of plain to dst.
func (s sealer) seal(dst []byte, bucket string, key, plain []byte) []byte {
	dst = append(dst, sealMark[:]...)
	at := len(dst)
	dst = append(dst, make([]byte, chacha20poly1305.NonceSizeX)...)
	nonce := dst[at:]
	_, _ = rand.Read(nonce) // never fails: see crypto/rand
	var room [128]byte
	return s.aead.Seal(dst, nonce, plain, boundTo(room[:0], bucket, key))
}

// open appends the plain form of a sealed value to dst. The value may lie in
// a mapped file; it is only read.
func (s sealer) open(dst []byte, bucket string, key, sealed []byte) ([]byte, error) {
	head := len(sealMark) + chacha20poly1305.NonceSizeX
	if len(sealed) < sealExtra || [3]byte(sealed) != sealMark {
		return nil, errSeal
	}
	var room [128]byte
	out, err := s.aead.Open(dst, sealed[len(sealMark):head], sealed[head:], boundTo(room[:0], bucket, key))
	if err != nil {
		return nil, errSeal
	}
	return out, nil
}

// boundTo is the associated data of a value: bucket, key and schema.
func boundTo(b []byte, bucket string, key []byte) []byte {
	b = append(b, bucket...)
	b = append(b, 0)
	b = append(b, key...)
	return binary.BigEndian.AppendUint16(b, fileSchema)
}
