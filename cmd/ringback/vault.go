package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"

	"ringback/callback"
)

// vault seals the secrets of a folder with a passphrase, where no keyring
// guards them. A random key seals them; the passphrase seals that key, so that
// another passphrase rewrites one small file.
type vault struct {
	dir string
	// ask gets the passphrase from its owner.
	ask func() (string, error)

	mu  sync.Mutex
	key []byte
}

// lock is the file that says how the vault is locked. The key derivation is
// Argon2id (RFC 9106) with the parameters that stand beside it.
type lock struct {
	KDF     string `json:"kdf"`
	Time    uint32 `json:"time"`
	Memory  uint32 `json:"memory_kib"`
	Threads uint8  `json:"threads"`
	Salt    []byte `json:"salt"`
	// Sealed is the vault's key, under the one that the passphrase gives.
	Sealed []byte `json:"sealed"`
}

const (
	lockKDF = "argon2id"
	// sealedMark begins a secret that the vault has sealed.
	sealedMark = "sealed:"
	// minPassphrase is the least length of a passphrase, in characters.
	minPassphrase = 10
)

// newLock gives the parameters for a new passphrase: the second of those that
// RFC 9106 §4 recommends, for machines without much memory to spare.
func newLock() lock {
	l := lock{KDF: lockKDF, Time: 3, Memory: 64 << 10, Threads: 4, Salt: make([]byte, 16)}
	_, _ = rand.Read(l.Salt) // never fails: see crypto/rand
	return l
}

// sound refuses parameters that are too weak, or that nobody could compute.
func (l lock) sound() bool {
	return l.KDF == lockKDF && l.Time >= 1 && l.Time <= 32 && l.Memory >= 8<<10 && l.Memory <= 1<<20 && l.Threads >= 1 && len(l.Salt) >= 16
}

func (l lock) derive(passphrase string) []byte {
	return argon2.IDKey([]byte(passphrase), l.Salt, l.Time, l.Memory, l.Threads, chacha20poly1305.KeySize)
}

func (v *vault) path() string { return filepath.Join(v.dir, "passphrase.json") }

// locked tells whether a passphrase guards the folder.
func (v *vault) locked() bool {
	_, err := os.Stat(v.path())
	return err == nil
}

// discard removes the lock of a vault that holds nothing.
func (v *vault) discard() error {
	if err := os.Remove(v.path()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return callback.Errorf(callback.CodeInternal, "%s cannot be removed: %w", v.path(), err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.key = nil
	return nil
}

// read reads how the vault is locked.
func (v *vault) read() (lock, error) {
	var l lock
	if err := private(v.path()); err != nil {
		return l, err
	}
	raw, err := os.ReadFile(v.path())
	if err == nil {
		err = json.Unmarshal(raw, &l)
	}
	if err == nil && !l.sound() {
		err = errors.New("its parameters are not sound")
	}
	if err != nil {
		return l, callback.Errorf(callback.CodeKey, "%s, which locks this desk's secrets, is damaged: %w", v.path(), err).
			WithHint("restore it from a backup; without it nothing can be opened")
	}
	return l, nil
}

// unlock opens the vault, asking for the passphrase once.
func (v *vault) unlock() ([]byte, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.key != nil {
		return v.key, nil
	}
	l, err := v.read()
	if err != nil {
		return nil, err
	}
	said, err := v.ask()
	if err != nil {
		return nil, err
	}
	if v.key, err = unseal(l.derive(said), lockKDF, l.Sealed); err != nil {
		return nil, callback.Errorf(callback.CodeKey, "that is not the passphrase of this desk").WithHint("try again; without it the desk cannot be opened, and nothing was changed")
	}
	return v.key, nil
}

// relock puts another passphrase in the place of the one before, or the first.
func (v *vault) relock(key []byte, passphrase string) error {
	l := newLock()
	l.Sealed = seal(l.derive(passphrase), lockKDF, key)
	raw, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("write the passphrase's parameters: %w", err)
	}
	if err := writeDurably(v.path(), append(raw, '\n')); err != nil {
		return callback.Errorf(callback.CodeInternal, "%s cannot be written: %w", v.path(), err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.key = key
	return nil
}

// seal writes a secret as it is kept; the name binds it to its place.
func (v *vault) seal(name, value string) (string, error) {
	key, err := v.unlock()
	if err != nil {
		return "", err
	}
	return sealedMark + base64.StdEncoding.EncodeToString(seal(key, name, []byte(value))), nil
}

func (v *vault) open(name, kept string) (string, error) {
	key, err := v.unlock()
	if err != nil {
		return "", err
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(kept, sealedMark))
	if err == nil {
		raw, err = unseal(key, name, raw)
	}
	if err != nil {
		return "", callback.Errorf(callback.CodeKey, "the secret %s is damaged, or was sealed with another passphrase", name).WithHint("restore it, or sign in again")
	}
	return string(raw), nil
}

func seal(key []byte, name string, plain []byte) []byte {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic(err) // the key has the right length by construction
	}
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(plain)+aead.Overhead())
	_, _ = rand.Read(nonce) // never fails: see crypto/rand
	return aead.Seal(nonce, nonce, plain, []byte(name))
}

func unseal(key []byte, name string, sealed []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil || len(sealed) < aead.NonceSize() {
		return nil, errors.New("too short")
	}
	return aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], []byte(name))
}

// vault gives the vault of the data folder.
func (a *app) vaultOf() *vault {
	if a.vault == nil || a.vault.dir != a.settings.Data {
		a.vault = &vault{dir: a.settings.Data, ask: a.passphrase}
	}
	return a.vault
}

// passphrase gets the passphrase: from a file descriptor or the environment,
// for scripts, else from whoever sits at the terminal.
func (a *app) passphrase() (string, error) {
	if number := a.env("RINGBACK_PASSPHRASE_FD"); number != "" {
		fd, err := strconv.ParseUint(number, 10, 16)
		if err != nil {
			return "", callback.Errorf(callback.CodeInvalid, "RINGBACK_PASSPHRASE_FD is no number")
		}
		f := os.NewFile(uintptr(fd), "passphrase")
		if f == nil {
			return "", callback.Errorf(callback.CodeInvalid, "there is no file descriptor %d for the passphrase", fd)
		}
		return passphraseFrom(f)
	}
	if said := a.env("RINGBACK_PASSPHRASE"); said != "" {
		return said, nil
	}
	if !isTerminal(a.in) {
		return "", callback.Errorf(callback.CodeKey, "this desk is sealed with a passphrase").
			WithHint("sit down at a terminal, or give it by RINGBACK_PASSPHRASE_FD or RINGBACK_PASSPHRASE")
	}
	return a.secretLine("Passphrase of this desk")
}

// passphraseFrom reads a passphrase from an open file.
func passphraseFrom(f *os.File) (string, error) {
	raw := make([]byte, 4096)
	n := 0
	for n < len(raw) {
		k, err := f.Read(raw[n:])
		n += k
		if err != nil || k == 0 {
			break
		}
	}
	line, _, _ := strings.Cut(string(raw[:n]), "\n")
	if err := f.Close(); err != nil || line == "" {
		return "", callback.Errorf(callback.CodeInvalid, "no passphrase can be read from the file descriptor")
	}
	return strings.TrimRight(line, "\r"), nil
}
