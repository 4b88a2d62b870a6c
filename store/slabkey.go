package store

import "encoding/hex"

// Ids of cases are UUIDs as programs write them (RFC 9562, lower case): a slab
// keeps their sixteen bytes, and any other id as it is. Keys order as the ids
// do, but for other ids, which come last.

// uuidMark begins the key of a UUID and no other key: an id that begins with
// one of the marks has otherMark before it.
const (
	uuidMark  = 0x01
	otherMark = 0x02
)

// keySize is how long the key of a UUID is.
const keySize = 17

// plainKey is the key of an id that is no UUID.
func plainKey(id string) string {
	if id != "" && (id[0] == uuidMark || id[0] == otherMark) {
		return string(rune(otherMark)) + id
	}
	return id
}

// keyOf packs an id.
func keyOf(id string) string {
	const length = 36
	if len(id) != length {
		return plainKey(id)
	}
	var bare [2 * (keySize - 1)]byte
	n := 0
	for i := range length {
		c := id[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return plainKey(id)
			}
			continue
		}
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return plainKey(id)
		}
		bare[n] = c
		n++
	}
	key := [keySize]byte{uuidMark}
	_, _ = hex.Decode(key[1:], bare[:]) // every sign was looked at
	return string(key[:])
}

// idOf unpacks a key.
func idOf(key []byte) string {
	switch {
	case len(key) > 0 && key[0] == otherMark:
		return string(key[1:])
	case len(key) != keySize || key[0] != uuidMark:
		return string(key)
	}
	bare := hex.EncodeToString(key[1:])
	return bare[:8] + "-" + bare[8:12] + "-" + bare[12:16] + "-" + bare[16:20] + "-" + bare[20:]
}
