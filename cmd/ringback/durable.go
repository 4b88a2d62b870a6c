package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
)

// unfinished ends the name of a file that a crash kept from its place.
const unfinished = ".new"

// writeDurably puts a small file in place whole or not at all, readable by its
// owner only. When it returns, a power cut does not take it: calls that are
// saved a moment later are worth nothing without the key that opens them.
func writeDurably(path string, content []byte) error {
	tmp := path + unfinished
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	if err := os.Rename(tmp, path); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	return flushFolder(filepath.Dir(path))
}

// flushFolder makes the names in a folder durable. Windows keeps them so by
// itself, and cannot be asked to.
func flushFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
