package controlplane_test

import (
	"testing"
	"time"

	"picket/controlplane"
)

func TestADurationIsWrittenPlainlyAndCanBeReadAgain(t *testing.T) {
	for d, want := range map[time.Duration]string{
		7 * 24 * time.Hour: "168h", 90 * time.Minute: "1h30m", 15 * time.Minute: "15m", time.Minute + 2*time.Second: "1m2s",
		time.Hour + 3*time.Second: "1h0m3s", 10 * time.Second: "10s", 100 * time.Millisecond: "100ms", 0: "0s", -time.Hour: "-1h",
	} {
		got := controlplane.Lasting(d)
		if again, err := time.ParseDuration(got); got != want || err != nil || again != d {
			t.Errorf("%v is written %q, want %q", d, got, want)
		}
	}
}
