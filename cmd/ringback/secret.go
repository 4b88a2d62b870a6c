package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/zalando/go-keyring"

	"ringback/callback"
)

// secrets keeps tokens and keys in the system's keyring, or, where there is
// none, in files of mode 0600 below a folder of mode 0700. A secret that lies
// in a file stays there.
type secrets struct {
	dir   string
	files bool
	// vault seals the files, if a passphrase locks it; nil leaves them open.
	vault *vault
}

// keyringPatience bounds each call: a keyring without anyone to unlock it may
// never answer.
const keyringPatience = 2 * time.Second

const keyringService = "ringback"

func newSecrets(dir, keyringSetting string, v *vault) secrets {
	s := secrets{dir: dir, files: keyringSetting == "off"}
	if v.locked() {
		s.files, s.vault = true, v
	}
	return s
}

// errNoSecret says that a secret is in neither place.
var errNoSecret = errors.New("no such secret")

func (s secrets) path(name string) string { return filepath.Join(s.dir, name+".secret") }

// get reads a secret; errNoSecret if there is none.
func (s secrets) get(name string) (string, error) {
	value, err := s.inFile(name)
	if s.files || !errors.Is(err, errNoSecret) {
		return value, err
	}
	value, err = s.ask(func() (string, error) { return keyring.Get(keyringService, s.account(name)) })
	if err != nil {
		return "", errNoSecret
	}
	return value, nil
}

// inFile reads a secret that lies in a file; errNoSecret if there is none.
func (s secrets) inFile(name string) (string, error) {
	if err := private(s.path(name)); err != nil {
		return "", err
	}
	b, err := os.ReadFile(s.path(name))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "", errNoSecret
	case err != nil:
		return "", fmt.Errorf("read secret: %w", err)
	case len(bytes.Trim(b, "\x00")) == 0:
		// Only drop leaves such a file, if it is killed before its end: writeDurably never does.
		return "", errors.Join(errNoSecret, os.Remove(s.path(name)))
	}
	value := strings.TrimSpace(string(b))
	if !strings.HasPrefix(value, sealedMark) {
		return value, nil
	}
	if s.vault == nil {
		return "", callback.Errorf(callback.CodeKey, "%s was sealed with a passphrase, and passphrase.json is missing beside it", s.path(name)).
			WithHint("restore it from a backup; without it nothing can be opened")
	}
	return s.vault.open(name, value)
}

// set stores a secret and says where. One that lies in a file stays there.
func (s secrets) set(name, value string) (where string, err error) {
	if _, err := os.Stat(s.path(name)); !s.files && err != nil {
		_, err := s.ask(func() (string, error) { return "", keyring.Set(keyringService, s.account(name), value) })
		if err == nil {
			return "the system's keyring", nil
		}
	}
	if s.vault != nil {
		if value, err = s.vault.seal(name, value); err != nil {
			return "", err
		}
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return "", callback.Errorf(callback.CodeInternal, "the folder %s cannot be made: %w", s.dir, err)
	}
	if err := writeDurably(s.path(name), []byte(value+"\n")); err != nil {
		return "", callback.Errorf(callback.CodeInternal, "the secret cannot be kept in %s: %w", s.path(name), err)
	}
	return s.path(name), nil
}

// drop forgets a secret, wherever it is. A file is written over first, for
// disks that keep what is removed.
func (s secrets) drop(name string) error {
	for _, path := range []string{s.path(name), s.path(name) + unfinished} {
		info, err := os.Stat(path)
		if err != nil {
			continue
		}
		over := os.WriteFile(path, make([]byte, info.Size()), 0o600)
		if err := errors.Join(over, os.Remove(path)); err != nil {
			return callback.Errorf(callback.CodeInternal, "the secret in %s cannot be removed: %w", path, err)
		}
	}
	if s.files {
		return nil
	}
	return s.dropFromKeyring(name)
}

func (s secrets) dropFromKeyring(name string) error {
	_, err := s.ask(func() (string, error) { return "", keyring.Delete(keyringService, s.account(name)) })
	if err == nil || errors.Is(err, keyring.ErrNotFound) || !s.inKeyring(name) {
		return nil
	}
	return callback.Errorf(callback.CodeKey, "the secret of this desk cannot be removed from the keyring: %w", err).WithHint("unlock it and try again")
}

// inKeyring tells whether the keyring gives a secret.
func (s secrets) inKeyring(name string) bool {
	_, err := s.ask(func() (string, error) { return keyring.Get(keyringService, s.account(name)) })
	return err == nil
}

// private refuses a file of this desk that others can read. One that does not
// exist is fine.
func private(path string) error {
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	return callback.Errorf(callback.CodeKey, "%s can be read by others", path).WithHint("run: chmod 600 %s", path)
}

// account names the secret in the keyring, apart for each folder.
func (s secrets) account(name string) string { return s.dir + "/" + name }

// ask calls the keyring, but not for longer than patience.
func (secrets) ask(f func() (string, error)) (string, error) {
	type answer struct {
		v   string
		err error
	}
	ch := make(chan answer, 1)
	go func() {
		v, err := f()
		ch <- answer{v, err}
	}()
	select {
	case r := <-ch:
		return r.v, r.err
	case <-time.After(keyringPatience):
		return "", errors.New("the keyring does not answer")
	}
}

// key gives the 32 bytes that seal a desk's files, made on first use. fresh
// tells that the desk has no files yet: a missing key is then no loss.
func (s secrets) key(name string, fresh bool) ([]byte, error) {
	key, err := s.kept(name)
	if err == nil {
		return key, nil
	}
	if !errors.Is(err, errNoSecret) {
		return nil, err
	}
	if !fresh {
		return nil, callback.Errorf(callback.CodeKey, "the key of this desk is not in the keyring nor in %s", s.dir).
			WithHint("unlock the keyring it was made in; nothing was changed")
	}
	key = make([]byte, 32)
	_, _ = rand.Read(key)
	if _, err := s.set(name, base64.StdEncoding.EncodeToString(key)); err != nil {
		return nil, err
	}
	return key, nil
}

// kept gives a key that is there; errNoSecret if it is not.
func (s secrets) kept(name string) ([]byte, error) {
	v, err := s.get(name)
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(v)
	if err != nil || len(key) != 32 {
		return nil, callback.Errorf(callback.CodeKey, "the key of this desk is damaged").WithHint("restore it; the desk's files cannot be read without it")
	}
	return key, nil
}
