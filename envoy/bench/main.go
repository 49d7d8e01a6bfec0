// Command bench measures in one run what Picket costs, beside what it is compared with: CPU for one request, the time of
// the loop, memory, allocations, readiness, and the control plane under a whole fleet. It prints tables and writes
// build/bench.json. Run it from the root of the source tree after `make build`. Linux only: it reads /proc.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(start()) }

func start() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, os.Args[1:], os.Stdout, os.Stderr)
}
