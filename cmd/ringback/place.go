package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// machineFiles hold an id that a machine keeps from its installation on, on
// systems that have one (machine-id(5), hostid of the BSDs).
var machineFiles = []string{"/etc/machine-id", "/var/lib/dbus/machine-id", "/etc/hostid"}

// machine names this machine: by its installation's id, else by its host name
// without the network's part.
func machine() string {
	for _, path := range machineFiles {
		if raw, err := os.ReadFile(path); err == nil && len(strings.TrimSpace(string(raw))) > 0 {
			return strings.TrimSpace(string(raw))
		}
	}
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	short, _, _ := strings.Cut(name, ".")
	return short
}

// markOf tells one machine and folder from another: the server compares marks
// to notice a folder that was copied, and can read neither from them.
func markOf(dir, device string) string {
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	sum := sha256.Sum256([]byte(machine() + "\x00" + dir + "\x00" + device))
	return hex.EncodeToString(sum[:12])
}

// deskName is what a desk calls itself to those who let it in.
func deskName() string {
	name, err := os.Hostname()
	if err != nil || name == "" {
		name = "a desk"
	}
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, name)
	if len(name) > 60 {
		name = name[:60]
	}
	return name + " (" + runtime.GOOS + ")"
}
