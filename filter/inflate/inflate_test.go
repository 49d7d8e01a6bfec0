package inflate

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const plenty = 16 << 20

// read inflates b in pieces of that many bytes, and says how it ended.
func read(r *Reader, f Format, limit int, b []byte, piece int) ([]byte, error) {
	var got []byte
	r.Reset(f, limit)
	for len(b) > 0 {
		p := b[:min(piece, len(b))]
		b = b[len(p):]
		if err := r.Feed(p, func(o []byte) { got = append(got, o...) }); err != nil {
			return got, err
		}
	}
	return got, r.End()
}

// samples are bodies of every kind that compressors treat apart.
func samples() map[string][]byte {
	rnd := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 40_000)
	for i := range noise {
		noise[i] = byte(rnd.Uint32())
	}
	words := []string{"customer", "id", "\"name\":", "{", "}", "[1,2,3]", " ", "plan", "🙂"}
	var text []byte
	for len(text) < 50_000 {
		text = append(text, words[rnd.IntN(len(words))]...)
	}
	skewed := make([]byte, 20_000) // long codes
	for i := range skewed {
		skewed[i] = byte(min(rnd.ExpFloat64()*12, 255))
	}
	far := bytes.Join([][]byte{noise[:32768], noise[:32768], noise[:300]}, nil) // distances of the whole window
	return map[string][]byte{
		"nothing": nil, "one byte": {'a'}, "noise": noise, "text": text, "skewed": skewed, "far": far,
		"zeros": make([]byte, 70_001), "pair": bytes.Repeat([]byte("ab"), 20_000), "window": text[:windowSize],
	}
}

type compressor struct {
	name   string
	format Format
	open   func(io.Writer, int) io.WriteCloser
}

func compressors() []compressor {
	return []compressor{
		{"gzip", Gzip, func(w io.Writer, l int) io.WriteCloser { z, _ := gzip.NewWriterLevel(w, l); return z }},
		{"zlib", Deflate, func(w io.Writer, l int) io.WriteCloser { z, _ := zlib.NewWriterLevel(w, l); return z }},
		{"raw", Deflate, func(w io.Writer, l int) io.WriteCloser { z, _ := flate.NewWriter(w, l); return z }},
	}
}

func (c compressor) pack(b []byte, level int) []byte {
	var out bytes.Buffer
	w := c.open(&out, level)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

func TestWhatAnyLevelPacksComesBackInPiecesOfAnySize(t *testing.T) {
	r := new(Reader)
	for _, c := range compressors() {
		for name, want := range samples() {
			for level := flate.HuffmanOnly; level <= flate.BestCompression; level++ {
				b := c.pack(want, level)
				for _, piece := range []int{1, 1000, len(b)} {
					got, err := read(r, c.format, plenty, b, piece)
					if err != nil || !bytes.Equal(got, want) {
						t.Fatalf("%s %s level %d pieces of %d: %d bytes of %d, %v", c.name, name, level, piece, len(got), len(want), err)
					}
				}
			}
		}
	}
}

func TestAStreamMayBeCutAnywhere(t *testing.T) {
	want := []byte(`{"name":"O'Hara","tags":["a","a","a","a","a","a","b"],"note":"a body of some length, a body of some length"}`)
	r := new(Reader)
	for _, c := range compressors() {
		b := c.pack(want, 6)
		for i := range b {
			var got []byte
			out := func(o []byte) { got = append(got, o...) }
			r.Reset(c.format, plenty)
			if err := errors.Join(r.Feed(b[:i], out), r.Feed(b[i:], out), r.End()); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s cut at %d: %q, %v", c.name, i, got, err)
			}
		}
	}
}

func TestAStreamThatEndsEarlyIsIncomplete(t *testing.T) {
	r := new(Reader)
	want := bytes.Repeat([]byte("some text "), 30)
	for _, c := range compressors() {
		b := c.pack(want, 6)
		for i := range b {
			got, err := read(r, c.format, plenty, b[:i], 5)
			if !errors.Is(err, ErrTruncated) || !bytes.HasPrefix(want, got) {
				t.Errorf("%s of %d bytes: %q, %v", c.name, i, got, err)
			}
		}
	}
}

func TestNothingComesOutBeyondTheLimit(t *testing.T) {
	r := new(Reader)
	want := make([]byte, 200_000)
	for _, c := range compressors() {
		b := c.pack(want, 9)
		for _, limit := range []int{-1, 0, 1, 32767, 32768, 32769, 199_999} {
			if got, err := read(r, c.format, limit, b, 3); !errors.Is(err, ErrTooMuch) || len(got) != max(limit, 0) {
				t.Errorf("%s limit %d: %d bytes, %v", c.name, limit, len(got), err)
			}
		}
		if got, err := read(r, c.format, len(want), b, 3); err != nil || len(got) != len(want) {
			t.Errorf("%s exactly: %d bytes, %v", c.name, len(got), err)
		}
	}
}

func TestMembersOfGzipFollowOneAnother(t *testing.T) {
	gz := compressors()[0]
	a, b := gz.pack([]byte("first "), 6), gz.pack([]byte("second"), 0)
	r := new(Reader)
	for _, piece := range []int{1, 10, 1000} {
		got, err := read(r, Gzip, plenty, bytes.Join([][]byte{a, gz.pack(nil, 6), b}, nil), piece)
		if err != nil || string(got) != "first second" {
			t.Errorf("pieces of %d: %q, %v", piece, got, err)
		}
	}
	for _, tail := range []string{"x", "\x1fx"} {
		if got, err := read(r, Gzip, plenty, append(bytes.Clone(a), tail...), 4); !errors.Is(err, ErrTrailing) || string(got) != "first " {
			t.Errorf("tail %q: %q, %v", tail, got, err)
		}
	}
	if _, err := read(r, Gzip, plenty, append(bytes.Clone(a), b[:9]...), 4); !errors.Is(err, ErrTruncated) {
		t.Errorf("half a header: %v", err)
	}
}

func TestAMatchReachesNeitherAnEarlierMemberNorAnEarlierStream(t *testing.T) {
	secret := []byte("the secret of another stream")
	var w bitWriter // a fixed block that begins with a match
	w.put(1, 1)
	w.put(1, 2)
	w.huff(0b0000001, 7) // length 3
	w.huff(4, 5)         // distance 5 or 6
	w.put(0, 1)
	w.huff(0, 7)
	back := w.bytes()
	r := new(Reader)
	if _, err := read(r, Deflate, plenty, compressors()[2].pack(secret, 6), 100); err != nil {
		t.Fatal(err)
	}
	if got, err := read(r, Deflate, plenty, back, 100); !errors.Is(err, ErrDistance) || len(got) > 0 {
		t.Errorf("another stream: %q, %v", got, err)
	}
	member := append([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"), back...)
	got, err := read(r, Gzip, plenty, append(compressors()[0].pack(secret, 6), member...), 100)
	if !errors.Is(err, ErrDistance) || !bytes.Equal(got, secret) {
		t.Errorf("another member: %q, %v", got, err)
	}
}

func TestEveryFieldOfAHeaderIsRead(t *testing.T) {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, 6)
	w.Name, w.Comment, w.Extra, w.ModTime = "a name", "a comment", bytes.Repeat([]byte{0}, 300), time.Unix(1e9, 0)
	_, _ = w.Write([]byte("body"))
	_ = w.Close()
	plain := b.Bytes()
	end := 10 + 2 + 300 + len("a name\x00a comment\x00")
	checked := bytes.Clone(plain[:end])
	checked[3] |= flagCRC
	sum := crc32.ChecksumIEEE(checked)
	checked = append(append(checked, byte(sum), byte(sum>>8)), plain[end:]...)
	wrong := bytes.Clone(checked)
	wrong[end]++
	r := new(Reader)
	for _, piece := range []int{1, 3, 1000} {
		for name, b := range map[string][]byte{"plain": plain, "with its sum": checked} {
			if got, err := read(r, Gzip, plenty, b, piece); err != nil || string(got) != "body" {
				t.Errorf("%s in pieces of %d: %q, %v", name, piece, got, err)
			}
		}
		if _, err := read(r, Gzip, plenty, wrong, piece); !errors.Is(err, ErrHeader) {
			t.Errorf("wrong sum: %v", err)
		}
	}
}

func TestFaultsAreNamed(t *testing.T) {
	gz, zl := compressors()[0].pack([]byte("body"), 6), compressors()[1].pack([]byte("body"), 6)
	change := func(b []byte, at int) []byte {
		b = bytes.Clone(b)
		b[(at+len(b))%len(b)] ^= 1
		return b
	}
	var dict bytes.Buffer
	w, _ := zlib.NewWriterLevelDict(&dict, 6, []byte("body"))
	_ = w.Close()
	var code bitWriter // a dynamic block whose codes for lengths are too many of one bit
	code.put(1, 1)
	code.put(2, 2)
	code.put(0, 14)
	code.put(0o1111, 12)
	tests := []struct {
		name   string
		format Format
		in     []byte
		want   error
	}{
		{"no gzip", Gzip, []byte("plain text"), ErrHeader},
		{"another method", Gzip, []byte("\x1f\x8b\x07"), ErrHeader},
		{"a dictionary that nobody has", Deflate, dict.Bytes(), ErrHeader},
		{"a type of block that is none", Deflate, []byte{0x07, 0}, ErrBlock},
		{"a stored block whose lengths differ", Deflate, []byte{0x01, 1, 0, 1, 0, 'a'}, ErrBlock},
		{"too many codes", Deflate, code.bytes(), ErrCode},
		{"too many lengths", Deflate, []byte{0xfd, 0xff, 0xff}, ErrCode},
		{"a wrong sum of gzip", Gzip, change(gz, -5), ErrChecksum},
		{"a wrong length of gzip", Gzip, change(gz, -1), ErrChecksum},
		{"a wrong sum of zlib", Deflate, change(zl, -1), ErrChecksum},
		{"something behind zlib", Deflate, append(bytes.Clone(zl), 'x'), ErrTrailing},
		{"something behind a raw stream", Deflate, []byte{0x03, 0x00, 'x'}, ErrTrailing},
		{"nothing", Gzip, nil, ErrTruncated},
		{"nothing, raw", Deflate, nil, ErrTruncated},
		{"an empty raw stream", Deflate, []byte{0x03, 0x00}, nil},
	}
	r := new(Reader)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, piece := range []int{1, 1000} {
				_, err := read(r, tt.format, plenty, tt.in, piece)
				if !errors.Is(err, tt.want) {
					t.Errorf("pieces of %d: %v, want %v", piece, err, tt.want)
				}
				if tt.want != nil && !errors.Is(r.End(), err) {
					t.Errorf("End says %v after %v", r.End(), err)
				}
			}
		})
	}
}

// TestCorruptStreamsAreReadAsTheStandardLibraryReadsThem: what it takes is taken, byte for byte; what it refuses is refused.
func TestCorruptStreamsAreReadAsTheStandardLibraryReadsThem(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	text := samples()["text"][:3000]
	r := new(Reader)
	for _, c := range compressors() {
		for range 500 {
			b := bytes.Clone(c.pack(text[:rnd.IntN(len(text))], rnd.IntN(12)-2))
			for range 1 + rnd.IntN(3) {
				b[rnd.IntN(len(b))] ^= 1 << rnd.IntN(8)
			}
			compare(t, r, c.format, b)
		}
	}
}

// standard reads b whole with the standard library, as read would.
func standard(f Format, b []byte) (out []byte, rest int, err error) {
	in := bytes.NewReader(b)
	var src io.Reader
	switch {
	case f == Gzip:
		src, err = gzip.NewReader(in)
	case len(b) >= 2 && b[0]&15 == 8 && b[0]>>4 <= 7 && (int(b[0])<<8|int(b[1]))%31 == 0:
		src, err = zlib.NewReader(in)
	default:
		src = flate.NewReader(in)
	}
	if err != nil {
		return nil, 0, err
	}
	out, err = io.ReadAll(io.LimitReader(src, plenty))
	return out, in.Len(), err
}

func compare(t *testing.T, r *Reader, f Format, b []byte) {
	t.Helper()
	want, rest, wantErr := standard(f, b)
	for _, piece := range []int{len(b) + 1, 1 + len(b)/3, 1} {
		got, err := read(r, f, plenty, b, piece)
		if errors.Is(err, ErrTrailing) && f == Deflate && rest > 0 {
			err = nil // the library leaves the rest to its caller
		}
		if (err == nil) != (wantErr == nil) || wantErr == nil && !bytes.Equal(got, want) || !bytes.HasPrefix(got, want[:min(len(want), len(got))]) {
			t.Fatalf("%d bytes %x in pieces of %d: %d bytes, %v; want %d bytes, %v", len(b), b[:min(len(b), 40)], piece, len(got), err, len(want), wantErr)
		}
	}
}

func TestFeedingAllocatesNothing(t *testing.T) {
	b := compressors()[0].pack(samples()["text"], 6)
	r := new(Reader)
	n := 0
	got := testing.AllocsPerRun(20, func() {
		r.Reset(Gzip, plenty)
		for i := 0; i < len(b); i += 1000 {
			if r.Feed(b[i:min(len(b), i+1000)], func(o []byte) { n += len(o) }) != nil {
				t.Fatal("corrupt")
			}
		}
	})
	if got != 0 {
		t.Errorf("%v allocations", got)
	}
}

func TestErrorsSayWhatTheyAre(t *testing.T) {
	if diff := cmp.Diff("inflate: bad code", ErrCode.Error()); diff != "" {
		t.Error(diff)
	}
}

// bitWriter writes streams that no compressor makes.
type bitWriter struct {
	out  []byte
	bits uint64
	n    uint
}

func (w *bitWriter) put(v uint64, n uint) {
	w.bits |= v << w.n
	for w.n += n; w.n >= 8; w.n -= 8 {
		w.out = append(w.out, byte(w.bits))
		w.bits >>= 8
	}
}

// huff writes a code, highest bit first.
func (w *bitWriter) huff(v uint16, n uint8) { w.put(uint64(reverse(v, n)), uint(n)) }

func (w *bitWriter) bytes() []byte { return append(w.out, byte(w.bits), 0) }

func FuzzReader(f *testing.F) {
	for _, c := range compressors() {
		for _, level := range []int{-2, 0, 1, 9} {
			f.Add(uint8(c.format), c.pack([]byte("abcabcabc some text, some text"), level))
		}
	}
	r := new(Reader)
	f.Fuzz(func(t *testing.T, format uint8, b []byte) {
		kind := Format(format & 1)
		compare(t, r, kind, b)
		if got, _ := read(r, kind, 100, b, 3); len(got) > 100 {
			t.Errorf("%d bytes beyond the limit", len(got))
		}
		for _, c := range compressors() {
			if got, err := read(r, c.format, plenty, c.pack(b, int(format%12)-2), 1+len(b)/2); err != nil || !bytes.Equal(got, b) {
				t.Errorf("%s: %x, %v", c.name, got, err)
			}
		}
	})
}

// blocks is dear for its length: dynamic blocks that make codes and nothing else, of few symbols or of all.
func blocks(all bool) []byte {
	var w bitWriter
	for len(w.out) < 60_000 {
		w.put(0, 1)
		w.put(2, 2)
		w.put(pick(all, 29, 0), 5)
		w.put(0, 5)
		w.put(14, 4)
		for _, s := range codeOrder[:18] {
			w.put(pick(all, lengthsOfAll(s), lengthsOfFew(s)), 3)
		}
		if !all {
			for _, v := range []uint64{127, 107} { // 256 times none
				w.put(1, 1)
				w.put(v, 7)
			}
			w.put(0, 2) // one bit for the end, one for a distance
			w.put(0, 1)
			continue
		}
		w.allLengths()
	}
	return w.bytes()
}

func pick(b bool, yes, no uint64) uint64 {
	if b {
		return yes
	}
	return no
}

// lengthsOfFew: one bit each for 18 and for 1.
func lengthsOfFew(s rune) uint64 { return pick(s == 18 || s == 1, 1, 0) }

// lengthsOfAll: one bit for 16, two for 8, three for 9 and 1.
func lengthsOfAll(s rune) uint64 {
	switch s {
	case 16:
		return 1
	case 8:
		return 2
	case 1, 9:
		return 3
	}
	return 0
}

// allLengths gives 286 symbols: 226 of eight bits, 60 of nine; one distance; then the end of the block.
func (w *bitWriter) allLengths() {
	w.repeat(0b10, 2, 226)
	w.repeat(0b111, 3, 60)
	w.huff(0b110, 3)
	w.huff(226<<1+30, 9) // the end is the 31st of nine bits
}

// repeat puts a code and has it repeated up to so many times in all.
func (w *bitWriter) repeat(code uint16, n uint8, times int) {
	for left := times; left > 0; {
		if left < 4 || left == times {
			w.huff(code, n)
			left--
			continue
		}
		k := min(left, 6)
		w.huff(0, 1)
		w.put(uint64(k-3), 2)
		left -= k
	}
}

func TestBlocksOfCodesAloneAreValid(t *testing.T) {
	r := new(Reader)
	for _, all := range []bool{false, true} {
		got, err := read(r, Deflate, plenty, append(blocks(all), 0, 0, 0, 0, 0, 0), 1000)
		if errors.Is(err, ErrCode) || errors.Is(err, ErrDistance) || len(got) > 0 {
			t.Errorf("all %v: %d bytes, %v", all, len(got), err)
		}
	}
}

func BenchmarkReader(b *testing.B) {
	r := new(Reader)
	gz, text := compressors()[0], samples()
	for _, s := range []struct {
		name   string
		format Format
		in     []byte
	}{
		{"text", Gzip, gz.pack(text["text"], 6)}, {"noise", Gzip, gz.pack(text["noise"], 6)}, {"zeros", Gzip, gz.pack(text["zeros"], 9)},
		{"skewed", Gzip, gz.pack(text["skewed"], -2)}, {"few codes", Deflate, blocks(false)}, {"all codes", Deflate, blocks(true)},
	} {
		b.Run(s.name, func(b *testing.B) {
			b.SetBytes(int64(len(s.in)))
			n := 1
			for b.Loop() {
				r.Reset(s.format, plenty)
				_ = r.Feed(s.in, func(o []byte) { n += len(o) })
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/byte-out")
		})
	}
}
