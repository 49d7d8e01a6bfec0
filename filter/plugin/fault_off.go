//go:build !picket_fault

package plugin

import "picket/filter/identify"

// fault does nothing: only a module built for tests (picket_fault) can be made to fail by a request.
func fault(identify.Pairs) {}
