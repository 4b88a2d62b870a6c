package client

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// errTooLarge tells that a reply, inflated, is over its limit.
var errTooLarge = errors.New("the reply is over its limit")

// maxWindow is the window that RFC 8878 §3.1.1.1.2 asks decoders to support;
// more would let a few bytes claim a lot of memory.
const maxWindow = 8 << 20

// packFrom is the size from which a body is worth packing, in bytes.
const packFrom = 64 << 10

// deflate packs a body. The encoder is made for each, since large bodies are
// few.
func deflate(raw []byte) ([]byte, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return nil, fmt.Errorf("pack request: %w", err)
	}
	return z.EncodeAll(raw, nil), z.Close()
}

// unpackers keeps zstd decoders between pages: making one costs more than
// reading a small page. With a concurrency of 1 they run no goroutines.
var unpackers = sync.Pool{New: func() any {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return err
	}
	return d
}}

// packedExtra is how much longer a packed body may be than what it holds.
const packedExtra = 64 << 10

// inflate reads a reply's body whole, unpacked as its headers say, into a
// buffer of its own. Both sides are bounded: the packed one too, because
// empty frames unpack to nothing for ever.
func inflate(resp *http.Response, hint int, limit int64) ([]byte, error) {
	if resp.ContentLength > limit+packedExtra {
		return nil, errTooLarge
	}
	packed := &bounded{r: resp.Body, left: limit + packedExtra}
	switch coding := resp.Header.Get("Content-Encoding"); coding {
	case "", "identity":
		if n := resp.ContentLength; n > 0 && n <= limit {
			hint = int(n)
		}
		return readAll(packed, hint, limit)
	case "gzip":
		z, err := gzip.NewReader(packed)
		if err != nil {
			return nil, fmt.Errorf("unpack gzip: %w", err)
		}
		defer func() { _ = z.Close() }()
		return readAll(z, hint, limit)
	case "zstd":
		d, ok := unpackers.Get().(*zstd.Decoder)
		if !ok {
			return nil, errors.New("make zstd decoder")
		}
		defer func() {
			_ = d.Reset(nil)
			unpackers.Put(d)
		}()
		if err := d.Reset(packed); err != nil {
			return nil, fmt.Errorf("unpack zstd: %w", err)
		}
		return readAll(d, hint, limit)
	default:
		return nil, errors.New("unpack reply: a coding that was not asked for")
	}
}

// readAll reads to the end, at most limit bytes.
func readAll(r io.Reader, hint int, limit int64) ([]byte, error) {
	buf := make([]byte, 0, max(512, min(int64(hint)+512, limit)))
	for {
		if len(buf) == cap(buf) {
			buf = slices.Grow(buf, cap(buf))
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if int64(len(buf)) > limit {
			return nil, errTooLarge
		}
		if errors.Is(err, io.EOF) {
			return buf, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// bounded is a reader that fails, rather than ends, at its limit.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}
