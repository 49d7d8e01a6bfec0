package app

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"picket/controlplane"
)

// rememberWord keeps a word that a filter told, for all replicas and for the next start.
func (a *App) rememberWord(ctx context.Context, hash uint64, text string) {
	_, err := a.register.Put(ctx, fmt.Sprintf("%s%016x", controlplane.KeyWord, hash), []byte(text), 0)
	if err != nil && !errors.Is(err, controlplane.ErrConflict) {
		a.log.Warn("word not kept", "error", err)
	}
}

// learnWord takes a word that was told before.
func (a *App) learnWord(e controlplane.Entry) {
	hash, err := strconv.ParseUint(strings.TrimPrefix(e.Key, controlplane.KeyWord), 16, 64)
	if err != nil || !a.inventory.Learn(hash, string(e.Value)) {
		a.log.Warn("word in the register does not fit its hash", "key", e.Key)
	}
}
