// Package hostile lets a server tell the desk the worst texts that are known, everywhere a text can stand, and reads
// every byte that the desk writes to its terminal.
package hostile
