// Package crash breaks the desk and the server in the ways in which machines fail: killed at any
// moment, robbed of their power, with disks that are full, read-only, failing or damaged.
//
// Its rigs need Linux: they mount disks, stop processes and watch system calls.
package crash
