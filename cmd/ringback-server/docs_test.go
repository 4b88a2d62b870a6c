package main

import (
	"io"
	"testing"

	"ringback/cmd/usage/usagetest"
)

func TestDocsKnowTheCommands(t *testing.T) {
	usagetest.Pages(t, newApp(io.Discard, io.Discard).newRoot(), "../..", "commands-server.md")
}
