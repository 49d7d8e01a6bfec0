package app

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// noteEpoch compares the state's epoch with the one that was served at this address before, which stands where the copy of the
// token does, outside of the state. Where it is another the operator is told: nodes forget what they enforced once they have
// what is in force now. Where nothing can be kept there, nothing is compared.
func (a *App) noteEpoch() {
	if _, port, _ := net.SplitHostPort(a.o.HTTP); port == "0" || a.o.State == Memory {
		return
	}
	name := filepath.Join(filepath.Dir(TokenPath(a.HTTPAddr())), "epoch")
	epoch := fmt.Sprintf("%016x", a.register.Epoch())
	before, _ := os.ReadFile(name)
	if was := strings.TrimSpace(string(before)); was != "" && was != epoch {
		a.epochWarning = fmt.Sprintf("The state is another since %s (epoch %s, before that %s): decisions taken before are gone. "+
			"picket import state puts a backup into a state that nothing has used yet.", a.started.UTC().Format(time.DateTime), epoch, was)
		a.log.Warn("the state is another than before: decisions taken before are gone", "epoch", epoch, "before", was)
	}
	if err := writeSecret(name, epoch+"\n"); err != nil {
		a.log.Debug("epoch is not kept for the next start", "error", err)
	}
}
