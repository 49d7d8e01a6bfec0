// Package simulate plays timelines of attackers and honest callers through the real control plane in virtual time, and
// tells what became of each: detected or not, after how many requests, what had leaked by then, and who was hit.
package simulate
