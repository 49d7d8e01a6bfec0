package policy

import (
	"encoding/json"
	"time"

	"picket/controlplane"
)

// KeyKill is the register's key of the operators' kill switch: a Kill as JSON. It is as good as the policy file's
// kill_switch: one of both is enough.
const KeyKill = "kill"

// Kill is what an operator last did to the kill switch. The zero value is off.
type Kill struct {
	On  bool
	Who string
	Why string
	At  time.Time
}

// ReadKill reads a register's entry of KeyKill.
func ReadKill(e controlplane.Entry) (k Kill, err error) {
	if e.Deleted {
		return Kill{}, nil
	}
	err = json.Unmarshal(e.Value, &k)
	return k, err
}

// kill takes the operators' kill switch. What cannot be read leaves it as it was. p.mu is held.
func (p *Publisher) kill(e controlplane.Entry) {
	k, err := ReadKill(e)
	if err != nil {
		p.reject(e, err)
		return
	}
	if k.On == p.killed {
		return
	}
	p.killed = k.On
	p.enact(p.base, e.Revision)
}

// enact puts a policy file in force, with the operators' kill switch over it. p.mu is held.
func (p *Publisher) enact(base *File, revision uint64) {
	p.base = base
	f := p.lay()
	before := p.settings.allow
	p.settings.compile(f, p.o.Key)
	p.settings.revision = revision
	put, undo := difference(before, p.settings.allow)
	p.touch(nil, change{put: put, undo: undo, settings: true})
}

// lay puts the operators' kill switch and the document's trial over the file. p.mu is held.
func (p *Publisher) lay() *File {
	f := *p.base
	f.KillSwitch = f.KillSwitch || p.killed
	f.Trial = p.trials[p.hash]
	p.file.Store(&f)
	return &f
}
