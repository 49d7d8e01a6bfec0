package cli

import "testing"

func TestSizesHaveUnits(t *testing.T) {
	for text, want := range map[string]byteSize{
		"4GB": 4 << 30, "512MiB": 512 << 20, "64m": 64 << 20, "1024": 1024, "2 KB": 2048,
		"": 0, "0": 0, "-1": 0, "GB": 0, "1PB": 0, "99999999999GB": 0,
	} {
		t.Run(text, func(t *testing.T) {
			var b byteSize
			if err := b.Set(text); (err == nil) != (want != 0) || b != want {
				t.Errorf("%d, %v; want %d", b, err, want)
			}
		})
	}
}
