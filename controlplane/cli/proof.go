package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

const (
	// askEvery is how often the control plane is asked whether all workers are heard.
	askEvery = 100 * time.Millisecond
	// provenWithin is how long that may take: compiling the module takes 3 to 9 s, on a busy machine longer.
	provenWithin = 90 * time.Second
	// patience is after how long without news the person in front of the screen is told that it goes on.
	patience = 5 * time.Second
)

// proof is what the workers' receipts say once all of them enforce what the control plane published.
type proof struct {
	mode     string
	workers  int
	revision uint64
}

// waitEnforced asks until every worker's receipt is current. Envoy's main thread has an instance as well, which
// counts beside the workers.
func (s *stack) waitEnforced(ctx context.Context, client picketv1connect.AdminClient) (proof, error) {
	began := time.Now()
	told := began
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	for {
		heard, p, err := s.ask(ctx, client)
		if err == nil && heard > s.workers {
			return p, nil
		}
		if time.Since(began) > provenWithin {
			return proof{}, fmt.Errorf("%d of %d workers enforce the policy after %v: see %s and picket status",
				max(heard-1, 0), s.workers, provenWithin, filepath.Join(s.dir, "envoy.log"))
		}
		if time.Since(told) > patience {
			told = time.Now()
			s.tell("still waiting for the workers: %d of %d instances heard (Envoy compiles the filter)", heard, s.workers+1)
		}
		select {
		case <-ctx.Done():
			return proof{}, nil
		case <-tick.C:
		}
	}
}

// ask counts the instances of our Envoy that are current.
func (s *stack) ask(ctx context.Context, client picketv1connect.AdminClient) (heard int, p proof, err error) {
	nodes, err := client.ListNodes(ctx, &picketv1.ListNodesRequest{})
	if err != nil {
		return 0, p, err
	}
	status, err := client.GetStatus(ctx, &picketv1.GetStatusRequest{})
	if err != nil {
		return 0, p, err
	}
	p = proof{mode: status.Mode, workers: s.workers}
	for _, n := range nodes.Nodes {
		for _, w := range n.Workers {
			if n.Id == s.nodeID() && w.State == "current" && w.Revision > 0 {
				heard++
				p.revision = max(p.revision, w.Revision)
			}
		}
	}
	return heard, p, nil
}
