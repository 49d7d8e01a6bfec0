package fleet

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"

	"picket/controlplane/app"
)

// serving is what a replica is told first.
type serving struct {
	State        string
	PolicyFile   string
	JournalBytes uint64
}

// served is what it answers once it is ready.
type served struct{ HTTP, GRPC, Token string }

// order is what it is told then, and the answer.
type order struct {
	Profile string // the file to write the CPU profile to
	Stop    bool   // the profile
	Memory  bool
}

type answer struct {
	Error string
	Heap  uint64 // of objects that are still used
}

// Serve runs one replica as `picket serve` does, for a fleet in another process, which tells it what to do. It returns when in
// ends.
func Serve(ctx context.Context, in io.Reader, out, log io.Writer) error {
	orders := json.NewDecoder(bufio.NewReader(in))
	var s serving
	if err := orders.Decode(&s); err != nil {
		return fmt.Errorf("read what to serve: %w", err)
	}
	a, err := app.New(app.Options{
		HTTP: "127.0.0.1:0", GRPC: "127.0.0.1:0", State: s.State, PolicyFile: s.PolicyFile, JournalBytes: s.JournalBytes,
		Deltas: true, ECDS: true, Log: slog.New(slog.NewTextHandler(log, nil)),
	})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	select {
	case <-a.Ready():
	case err := <-ended:
		return errors.Join(errors.New("the control plane ended"), err)
	}
	answers := json.NewEncoder(out)
	if err := answers.Encode(served{a.HTTPAddr(), a.GRPCAddr(), a.Token()}); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	err = obey(orders, answers)
	stop()
	return errors.Join(err, <-ended)
}

// obey does what it is told until nothing more comes.
func obey(orders *json.Decoder, answers *json.Encoder) error {
	var profile *os.File
	for {
		var o order
		if err := orders.Decode(&o); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read order: %w", err)
		}
		var a answer
		var err error
		switch {
		case o.Profile != "":
			if profile, err = os.Create(o.Profile); err == nil {
				err = pprof.StartCPUProfile(profile)
			}
		case o.Stop:
			pprof.StopCPUProfile()
			err = profile.Close()
		case o.Memory:
			a.Heap = heap()
		}
		if err != nil {
			a.Error = err.Error()
		}
		if err := answers.Encode(a); err != nil {
			return fmt.Errorf("answer: %w", err)
		}
	}
}

// heap gives what is left after a collection, and gives the rest back, so that what is resident then is what is needed.
func heap() uint64 {
	runtime.GC()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
