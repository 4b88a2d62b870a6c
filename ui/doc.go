// Package ui is the desk's front: a Bubble Tea program in one flat room, one
// screen to a file.
//
// The doctrine: no input or output in Update; a command changes no state;
// results come back as messages; time and ids come from env. The store is
// reached through the files commands*.go only, bindings stand in keys*.go,
// colours in styles.go and sizes in layout.go.
package ui
