// Package privacy looks for what must not be found: customers' data and tokens in
// logs, in lists of processes, in names of files and outside the seals of a desk.
package privacy
