package main

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/crypto/chacha20poly1305"

	"ringback/callback"
)

func (a *app) passphraseCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "passphrase",
		Short: "Seal this desk with a passphrase, where there is no keyring",
		Long: `Where the system has no keyring, tokens and the keys of the desks on this machine
lie in files that only you can read. With a passphrase these files are sealed
too: ringback asks for it when it starts. Scripts give it by a file descriptor
(RINGBACK_PASSPHRASE_FD=3) or by RINGBACK_PASSPHRASE.

There is no way around a forgotten passphrase: sign in anew, and what was not
sent yet is lost.`,
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "set", Short: "Seal the secrets of this machine with a passphrase", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return a.setPassphrase() },
		},
		&cobra.Command{
			Use: "change", Short: "Put another passphrase in the place of the one before", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return a.changePassphrase() },
		},
		&cobra.Command{
			Use: "remove", Short: "Keep the secrets without a passphrase again", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return a.removePassphrase() },
		},
	)
	return cmd
}

// setPassphrase locks the vault, and moves into it what lies elsewhere. What a
// crash leaves out of it is readable still, and taken in when this is repeated;
// the keys of desks are by then changed at the next start too.
func (a *app) setPassphrase() (err error) {
	v := a.vaultOf()
	said := ""
	if v.locked() {
		_, err = v.unlock()
	} else {
		said, err = a.newPassphrase()
	}
	if err != nil {
		return err
	}
	desks, err := a.openDesks()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, desks.close()) }()
	if said != "" {
		if err := os.MkdirAll(v.dir, 0o700); err != nil {
			return callback.Errorf(callback.CodeInternal, "the folder %s cannot be made: %w", v.dir, err)
		}
		key := make([]byte, chacha20poly1305.KeySize)
		_, _ = rand.Read(key) // never fails: see crypto/rand
		if err := v.relock(key, said); err != nil {
			return err
		}
	}
	n, err := a.rewriteSecrets(desks)
	if err != nil {
		return err
	}
	if a.flags.asJSON {
		return a.printJSON(map[string]any{"passphrase": true, "secrets": n})
	}
	a.sayf("%s of this machine sealed with the passphrase. ringback asks for it when it starts.", count(n, "secret"))
	return nil
}

func (a *app) changePassphrase() error {
	v := a.vaultOf()
	if !v.locked() {
		return errNoPassphrase()
	}
	key, err := v.unlock()
	if err != nil {
		return err
	}
	said, err := a.newPassphrase()
	if err != nil {
		return err
	}
	if err := v.relock(key, said); err != nil {
		return err
	}
	if a.flags.asJSON {
		return a.printJSON(map[string]any{"passphrase": true})
	}
	a.sayf("The passphrase was changed.")
	return nil
}

// removePassphrase writes the secrets in the clear before the lock goes.
func (a *app) removePassphrase() error {
	v := a.vaultOf()
	if !v.locked() {
		return errNoPassphrase()
	}
	names, err := a.secretNames()
	if err != nil {
		return err
	}
	open := secrets{dir: v.dir, files: true}
	for _, name := range names {
		value, err := a.secrets().get(name)
		if err != nil {
			return err
		}
		if _, err := open.set(name, value); err != nil {
			return err
		}
	}
	if err := os.Remove(v.path()); err != nil {
		return callback.Errorf(callback.CodeInternal, "%s cannot be removed: %w", v.path(), err)
	}
	a.vault = nil
	if a.flags.asJSON {
		return a.printJSON(map[string]any{"passphrase": false, "secrets": len(names)})
	}
	a.sayf("The passphrase is gone; %s of this machine in files that only you can read.", count(len(names), "secret"))
	return nil
}

func errNoPassphrase() error {
	return callback.Errorf(callback.CodeNotFound, "no passphrase seals this desk").WithHint("set one with: ringback passphrase set")
}

// newPassphrase asks for a passphrase twice, or reads it from standard input.
func (a *app) newPassphrase() (string, error) {
	said, err := a.secretLine("New passphrase")
	if err != nil {
		return "", err
	}
	if utf8.RuneCountInString(said) < minPassphrase {
		return "", callback.Errorf(callback.CodeInvalid, "a passphrase has %d characters or more", minPassphrase).WithHint("take four words that nobody would put together")
	}
	if isTerminal(a.in) {
		again, err := a.secretLine("Once more")
		if err != nil {
			return "", err
		}
		if again != said {
			return "", callback.Errorf(callback.CodeInvalid, "the two were not the same; nothing was changed")
		}
	}
	return said, nil
}

// rewriteSecrets seals every secret of the folder, from wherever it lies, and
// tells how many there are. What lay in the clear is written over. A desk takes
// another key: one that lay in the clear may have been copied.
func (a *app) rewriteSecrets(desks openDesks) (n int, err error) {
	if err := a.takeFromKeyring(); err != nil {
		return 0, err
	}
	names, err := a.secretNames()
	if err != nil {
		return 0, err
	}
	kept := a.secrets()
	for _, name := range names {
		change := func() error {
			value, err := kept.get(name)
			if err == nil {
				_, err = kept.set(name, value)
			}
			return err
		}
		if d := desks[name]; d != nil {
			change = d.ChangeKey
		} else if strings.HasSuffix(name, nextEnding) && desks[strings.TrimSuffix(name, nextEnding)] != nil {
			continue // it is of a change on its way, and gone when its desk has another key
		}
		if err := overwriting(kept.path(name), change); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// overwriting puts another file in the place of one by change, and writes over
// what the file held before.
func overwriting(path string, change func() error) error {
	old, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return callback.Errorf(callback.CodeInternal, "the secret cannot be opened: %w", err)
	}
	info, err := old.Stat()
	if err == nil {
		err = change()
	}
	if now, wrong := os.Stat(path); err == nil && (wrong != nil || !os.SameFile(info, now)) {
		_, err = old.WriteAt(make([]byte, info.Size()), 0)
	}
	return errors.Join(err, old.Sync(), old.Close())
}

// takeFromKeyring moves this folder's secrets out of a keyring, if there is one.
func (a *app) takeFromKeyring() error {
	if a.settings.Keyring == "off" {
		return nil
	}
	b, err := a.readBook()
	if err != nil {
		return err
	}
	names := []string{a.amiSecretName()}
	for id, acc := range b.Met {
		names = append(names, tokenName(id), nextTokenName(id), "key-"+acc.Folder, "key-"+acc.Folder+nextEnding)
	}
	ring, kept := secrets{dir: a.settings.Data}, a.secrets()
	for _, name := range names {
		if _, err := os.Stat(kept.path(name)); err == nil {
			continue
		}
		value, err := ring.get(name)
		if errors.Is(err, errNoSecret) {
			continue
		}
		if err != nil {
			return err
		}
		if _, err := kept.set(name, value); err != nil {
			return err
		}
		if err := ring.dropFromKeyring(name); err != nil {
			return err
		}
	}
	return nil
}

// secretNames are the secrets that lie in files of the folder.
func (a *app) secretNames() ([]string, error) {
	list, err := filepath.Glob(filepath.Join(a.settings.Data, "*.secret"))
	if err != nil {
		return nil, callback.Errorf(callback.CodeInternal, "the folder %s cannot be listed: %w", a.settings.Data, err)
	}
	for i, path := range list {
		list[i] = strings.TrimSuffix(filepath.Base(path), ".secret")
	}
	return list, nil
}
