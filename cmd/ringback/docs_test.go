package main

import (
	"testing"

	"ringback/cmd/usage/usagetest"
)

func TestDocsKnowTheCommands(t *testing.T) {
	usagetest.Pages(t, (&app{}).root(), "../..", "commands.md")
}
