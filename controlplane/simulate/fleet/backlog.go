package fleet

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// How long the journal may be behind, and how long nothing is folded before it counts as folded.
const (
	drainWithin = 2 * time.Minute
	drainLook   = 250 * time.Millisecond
	drainRest   = 1500 * time.Millisecond
)

// metrics are the replicas' counters, summed over all and their labels.
type metrics map[string]float64

// The counters of the journal.
const (
	recorded = "picket_journal_recorded_total"
	folded   = "picket_journal_folded_total"
	repeated = "picket_journal_repeated_total"
	missed   = "picket_journal_missed_total"
	invalid  = "picket_rollups_invalid_total"
)

// metrics asks all replicas.
func (p *plane) metrics(ctx context.Context) (metrics, error) {
	m := metrics{}
	for _, r := range p.replicas {
		if err := r.metrics(ctx, m); err != nil {
			return nil, fmt.Errorf("read metrics: %w", err)
		}
	}
	return m, nil
}

func (r *replica) metrics(ctx context.Context, m metrics) error {
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+r.served.HTTP+"/metrics", nil)
	if err != nil {
		return err
	}
	a, err := http.DefaultClient.Do(ask)
	if err != nil {
		return err
	}
	defer func() { _ = a.Body.Close() }()
	for lines := bufio.NewScanner(a.Body); ; {
		if !lines.Scan() {
			return lines.Err()
		}
		name, value, _ := strings.Cut(lines.Text(), " ")
		name, _, _ = strings.Cut(name, "{")
		if n, err := strconv.ParseFloat(value[strings.LastIndexByte(value, ' ')+1:], 64); err == nil && name != "#" {
			m[name] += n
		}
	}
}

// drain waits until the journal is folded, and gives the counters of then.
func (r *run) drain(ctx context.Context) (metrics, error) {
	var last float64
	since := time.Now()
	for late := time.Now().Add(drainWithin); ; {
		m, err := r.plane.metrics(ctx)
		if err != nil {
			return nil, err
		}
		if now := m[folded] + m[repeated]; now != last {
			last, since = now, time.Now()
		}
		behind := m[recorded] - m[folded] - m[repeated]
		switch {
		case behind <= 0 && time.Since(since) > drainRest:
			return m, nil
		case time.Now().After(late):
			return nil, fmt.Errorf("fold the journal within %v: %.0f reports are left", drainWithin, behind)
		case !sleep(ctx, drainLook):
			return nil, ctx.Err()
		}
	}
}
