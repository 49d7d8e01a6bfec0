// Command carrier serves a phone carrier's API with the holes of real breaches. For demonstrations and tests only.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"picket/examples/carrier"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("carrier", flag.ContinueOnError)
	flags.SetOutput(stderr)
	listen := flags.String("listen", "127.0.0.1:9000", "address to serve on")
	customers := flags.Int("customers", 5000, "number of customers, 1 to 1000000")
	seed := flags.Uint64("seed", 1, "the same seed makes the same customers")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if *customers < 1 || *customers > 1_000_000 || flags.NArg() > 0 {
		fmt.Fprintln(stderr, "carrier: --customers must be from 1 to 1000000, and there are no other arguments")
		return 2
	}
	if err := serve(ctx, *listen, carrier.NewPopulation(*customers, *seed), stdout); err != nil {
		fmt.Fprintln(stderr, "carrier:", err)
		return 1
	}
	return 0
}

// serve serves until ctx ends, and prints one line once it listens.
func serve(ctx context.Context, listen string, people *carrier.Population, stdout io.Writer) error {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	first := people.At(0)
	fmt.Fprintf(stdout, "carrier serves %d customers on http://%s (log in as %s with %s)\n",
		people.Len(), l.Addr(), first.Username, first.Password)
	s := &http.Server{Handler: carrier.NewServer(people).Handler(), ReadHeaderTimeout: 10 * time.Second}
	stopped := context.AfterFunc(ctx, func() { _ = s.Close() })
	defer stopped()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}
