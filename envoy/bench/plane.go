package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"picket/controlplane"
	"picket/controlplane/app"
	"picket/controlplane/decide"
	"picket/controlplane/fleet"
)

// plane is a control plane in this process, the same that `picket serve` runs.
type plane struct {
	*app.App
	stop func() error
}

// startPlane runs one with its state in memory and waits until it is ready.
func (b *bench) startPlane(ctx context.Context, deltas, ecds bool, log *slog.Logger) (*plane, error) {
	file := filepath.Join(b.dir, "policy.yaml")
	if err := os.WriteFile(file, []byte(policyText), 0o600); err != nil {
		return nil, fmt.Errorf("write policy: %w", err)
	}
	a, err := app.New(app.Options{
		HTTP: "127.0.0.1:0", GRPC: "127.0.0.1:0", State: app.Memory, PolicyFile: file, Deltas: deltas, ECDS: ecds,
		Module: func() string { return b.module }, Log: log,
	})
	if err != nil {
		return nil, fmt.Errorf("start control plane: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	p := &plane{a, func() error { cancel(); return <-ended }}
	select {
	case <-a.Ready():
		return p, nil
	case err := <-ended:
		cancel()
		return nil, errors.Join(errors.New("the control plane ended"), err)
	}
}

// deny takes n operators' decisions, of all kinds alike, and one for each caller of the denied network.
func (p *plane) deny(ctx context.Context, n int) error {
	at := netip.MustParseAddr("10.0.0.0")
	for i := range n - callers {
		c := decide.Command{Facet: controlplane.FacetIP, Value: at.String()}
		switch at = at.Next(); i % 4 {
		case 1:
			c.Facet, c.Value = controlplane.FacetKey, fmt.Sprintf("stolen-key-%d", i)
		case 2:
			c.Facet, c.Value = controlplane.FacetSubject, fmt.Sprintf("stolen-subject-%d", i)
		}
		if err := p.take(ctx, c); err != nil {
			return err
		}
	}
	for _, c := range newCallers(deniedNetwork, newRand()) {
		if err := p.take(ctx, decide.Command{Facet: controlplane.FacetIP, Value: c.address}); err != nil {
			return err
		}
	}
	return nil
}

func (p *plane) take(ctx context.Context, c decide.Command) error {
	c.Action, c.For, c.Reason, c.Who = controlplane.ActionDeny, 24*time.Hour, "bench", "bench"
	if _, err := p.Decider().Decide(ctx, c); err != nil {
		return fmt.Errorf("take decision: %w", err)
	}
	return nil
}

// enforced waits until n instances of the filter enforce all that the control plane has.
func (p *plane) enforced(ctx context.Context, n int) error {
	return until(ctx, time.Minute, 20*time.Millisecond, func() (bool, error) {
		found := 0
		for _, node := range p.Fleet().Nodes() {
			for _, w := range node.Workers {
				if w.State == fleet.StateCurrent {
					found++
				}
			}
		}
		return found >= n, nil
	})
}
