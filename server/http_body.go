package server

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"strings"

	"ringback/callback"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// readBody reads a request's JSON: bounded as sent and, what matters against
// bombs, as inflated; one gzip member or zstd frame; one value without
// duplicate keys.
func readBody(w http.ResponseWriter, r *http.Request, wire, body int64) ([]byte, error) {
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); kind != "" && !strings.EqualFold(strings.TrimSpace(kind), "application/json") {
		return nil, callback.Errorf(callback.CodeInvalid, "the body is %q, not application/json", callback.Line(kind).String())
	}
	in := bodyReader{from: http.MaxBytesReader(w, r.Body, wire)}
	// gzip reads no further than its member ends, since it is given bytes singly.
	wired := bufio.NewReader(&in)
	var out io.Reader = wired
	switch strings.ToLower(r.Header.Get("Content-Encoding")) {
	case "", "identity":
	case "gzip":
		zr, err := gzip.NewReader(wired)
		if err != nil {
			return nil, in.failure(err)
		}
		zr.Multistream(false)
		out = zr
	case "zstd":
		zr, err := zstd.NewReader(wired, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(uint64(body)+1<<20), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, in.failure(err)
		}
		defer zr.Close()
		out = zr
	default:
		return nil, callback.Errorf(callback.CodeInvalid, "the body's encoding is neither gzip nor zstd")
	}
	raw, err := io.ReadAll(io.LimitReader(out, body+1))
	if err != nil {
		return nil, in.failure(err)
	}
	if int64(len(raw)) > body {
		return nil, tooLarge(body)
	}
	if rest, _ := wired.Peek(1); len(rest) > 0 {
		return nil, callback.Errorf(callback.CodeInvalid, "something follows the body's compressed part")
	}
	return raw, strictJSON(raw)
}

func tooLarge(most int64) error {
	return callback.Errorf(callback.CodeTooLarge, "the body is over %d bytes", most).WithHint("send it in several requests")
}

// bodyReader remembers why reading failed: decompressors replace the error.
type bodyReader struct {
	from io.Reader
	err  error
}

func (b *bodyReader) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		b.err = err
	}
	return n, err
}

func (b *bodyReader) failure(err error) error {
	var over *http.MaxBytesError
	if errors.As(b.err, &over) {
		return tooLarge(over.Limit)
	}
	if b.err != nil {
		return callback.Errorf(callback.CodeInvalid, "the body broke off")
	}
	if errors.Is(err, zstd.ErrDecoderSizeExceeded) || errors.Is(err, zstd.ErrWindowSizeExceeded) {
		return callback.Errorf(callback.CodeTooLarge, "the body inflates to more than is taken")
	}
	return callback.Errorf(callback.CodeInvalid, "the body cannot be decompressed")
}
