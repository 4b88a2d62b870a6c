package main

import (
	"bytes"
	"errors"
	"os"
	"testing"
)

// A secret is written over before its file goes. Whoever is killed in between leaves a file that holds nothing: a desk
// that was about to take another key opens with the one that it has by then.
func TestASecretThatWasBeingForgottenIsGone(t *testing.T) {
	t.Parallel()
	for name, left := range map[string][]byte{"cut short": {}, "written over": make([]byte, 45)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			kept := newSecrets(dir, "off", &vault{dir: dir})
			k := deskKey{secrets: kept, name: "key-desk"}
			want, next, err := k.get(true)
			if err != nil || next != nil {
				t.Fatalf("a new desk: next key %x, %v", next, err)
			}
			if err := k.Begin(bytes.Repeat([]byte{7}, len(want))); err != nil {
				t.Fatal(err)
			}
			if err := k.End(bytes.Repeat([]byte{7}, len(want))); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(kept.path(k.nextName()), left, 0o600); err != nil {
				t.Fatal(err)
			}
			key, next, err := k.get(false)
			if err != nil || next != nil || !bytes.Equal(key, bytes.Repeat([]byte{7}, len(want))) {
				t.Errorf("the desk opens with key %x, then %x: %v", key, next, err)
			}
			if _, err := os.Stat(kept.path(k.nextName())); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("what is left of the secret stays: %v", err)
			}
		})
	}
}
