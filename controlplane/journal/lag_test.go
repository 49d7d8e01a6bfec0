package journal

import (
	"testing"
	"time"
)

func TestAFoldIsAsFarBehindAsItsMessagesWaited(t *testing.T) {
	const second = time.Second
	start := time.Unix(1_800_000_000, 0)
	after := func(d time.Duration) time.Time { return start.Add(d) }
	for _, tt := range []struct {
		name string
		play func(l *lag)
		now  time.Duration
		want time.Duration
	}{
		{"nothing came", func(*lag) {}, 0, 0},
		{"the first message is in time, whatever its clock says", func(l *lag) { l.begin(after(-second), start) }, 0, 0},
		{"a fold that takes long", func(l *lag) { l.begin(start, start) }, 3 * second, 3 * second},
		{"one that waited for a long fold", func(l *lag) {
			l.begin(start, start)
			l.end(after(5 * second))
			l.begin(after(second), after(5*second))
		}, 6 * second, 5 * second},
		{"the next may wait as long, until it could have been folded", func(l *lag) {
			l.begin(start, start)
			l.end(after(5 * second))
			l.begin(after(second), after(5*second))
			l.end(after(5 * second))
		}, 7 * second, 2 * second},
		{"a clock that was set back is not a delay, once the fold waited", func(l *lag) {
			l.begin(start, start)
			l.end(start)
			l.begin(after(-3600*second), after(second))
		}, second, 0},
		{"a clock that was set forward hides none for long", func(l *lag) {
			l.begin(start, start)
			l.end(start)
			l.begin(after(3600*second), after(second))
		}, 3 * second, 2 * second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var l lag
			tt.play(&l)
			if got := l.behind(after(tt.now)); got != tt.want {
				t.Errorf("%v behind, want %v", got, tt.want)
			}
		})
	}
}
