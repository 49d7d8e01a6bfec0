// Package e2e has no code: its tests run the whole loop on a real Envoy, with the compiled filter and a control plane.
package e2e
