package xds

import (
	"testing"
	"time"
)

func TestTheLongerAPolicyTheRarerItIsPushed(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	for name, c := range map[string]struct {
		decisions int
		since     time.Duration
		want      time.Duration
	}{
		"a short one is gathered for a moment":         {1000, 0, 100 * time.Millisecond},
		"a longer one goes every two seconds":          {1001, 500 * time.Millisecond, 1500 * time.Millisecond},
		"a long one every ten":                         {50_001, time.Second, 9 * time.Second},
		"the first change after a while does not wait": {50_001, time.Minute, 100 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			f := &follower{s: &Server{o: Options{Debounce: 100 * time.Millisecond}}, decisions: c.decisions, pushed: now.Add(-c.since)}
			if got := f.wait(now); got != c.want {
				t.Errorf("waits %s, want %s", got, c.want)
			}
		})
	}
}
