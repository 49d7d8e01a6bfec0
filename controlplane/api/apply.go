package api

import (
	"context"
	"errors"
	"path"
	"strings"

	"connectrpc.com/connect"

	"picket/controlplane/decide"
	picketv1 "picket/proto/picket/v1"
)

// File is one of the files that make the policy: a policy file, or a file of scenarios.
type File struct{ Name, Text string }

// Apply is what is to be the policy.
type Apply struct {
	Files  []File   // by name
	Prune  bool     // files of earlier times that are not among these go
	DryRun bool     // nothing is changed
	Accept []string // scenarios that are to act though a trial holds them back; "all"
	Who    string
}

// Change is what became of a file: "created", "configured", "unchanged", "kept" or "pruned"; or of a scenario, "on trial" or "accepted".
type Change struct{ Name, What string }

// maxFiles bounds the files of one call.
const maxFiles = 1000

// Apply makes files the policy.
func (s *Server) Apply(ctx context.Context, q *picketv1.ApplyRequest) (*picketv1.ApplyResponse, error) {
	if s.o.Apply == nil {
		return nil, connect.NewError(connect.CodeUnimplemented, errors.New("this control plane takes no files"))
	}
	do := Apply{Prune: q.Prune, DryRun: q.DryRun, Accept: q.Accept, Who: who(ctx)}
	seen := map[string]bool{}
	for _, f := range q.Files {
		if !validFile(f.Name) || seen[f.Name] || len(q.Files) > maxFiles {
			return nil, s.wireError(&decide.Mistake{Message: "give up to 1000 files, each with a name of its own such as scenarios/login.yaml"})
		}
		seen[f.Name] = true
		do.Files = append(do.Files, File{f.Name, f.Text})
	}
	changes, err := s.o.Apply(ctx, do)
	if err != nil {
		return nil, s.wireError(err)
	}
	a := &picketv1.ApplyResponse{DryRun: q.DryRun}
	for _, c := range changes {
		a.Changes = append(a.Changes, &picketv1.ApplyChange{Name: c.Name, What: c.What})
	}
	return a, nil
}

// validFile says whether a name is a path within a directory, for messages and order: no file is opened by it.
func validFile(name string) bool {
	return name != "" && len(name) <= 256 && path.Clean(name) == name && !path.IsAbs(name) && !strings.HasPrefix(name, "../") && !strings.ContainsAny(name, "\n\r\x00")
}
