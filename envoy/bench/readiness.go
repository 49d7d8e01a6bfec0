package main

import (
	"context"
	"errors"
	"fmt"
)

const (
	readyLimit  = 1.5
	moduleLimit = 3_000_000 // bytes
)

// readiness measures how long Envoy takes from its start until it is ready, with Picket and with a Go module that does
// nothing, in turn. No control plane is there: that must delay nothing.
func (b *bench) readiness(ctx context.Context) (Table, error) {
	t := Table{Name: "Readiness: from Envoy's start until it is ready"}
	names := []string{"without a filter", "with a Go filter that does nothing", "with Picket"}
	seconds := make([][]float64, len(names))
	for round := range b.pick(5, 2) {
		for i := range names {
			text, err := b.readinessConfig(i)
			if err != nil {
				return t, err
			}
			p, err := b.startProxy(ctx, fmt.Sprintf("ready-%d-%d", round, i), text, loopWorkers)
			if err != nil {
				return t, err
			}
			seconds[i] = append(seconds[i], p.ready.Seconds())
			if err := p.stop(); err != nil {
				return t, err
			}
		}
	}
	var medians [3]float64
	for i, name := range names {
		medians[i] = t.median(name, seconds[i], "s", "")
	}
	size, err := b.moduleSizes()
	if err != nil {
		return t, err
	}
	t.add("module, Picket", size[0], "B", "")
	t.add("module, Go filter that does nothing", size[1], "B", "")
	t.atMost("Picket : Go filter that does nothing", medians[2]/medians[1], readyLimit, 0, "")
	t.atMost("module", size[0], moduleLimit, 0, "B")
	return t, nil
}

func (b *bench) moduleSizes() (sizes [2]float64, err error) {
	for i, path := range []string{b.module, b.empty} {
		n, err2 := sizeOf(path)
		sizes[i], err = float64(n), errors.Join(err, err2)
	}
	return sizes, err
}

// readinessConfig is Picket's without its filters, with the empty one instead, or as it is.
func (b *bench) readinessConfig(which int) ([]byte, error) {
	const nobody = "127.0.0.1:1"
	d, err := parse(b.config(nobody, nobody, loopWorkers))
	if err != nil {
		return nil, err
	}
	filters, _ := d.filters()
	err = d.listen(map[string]list{"ready": [][]any{nil, {emptyFilter(b.empty)}, filters}[which]})
	if err != nil {
		return nil, err
	}
	return d.encode()
}
