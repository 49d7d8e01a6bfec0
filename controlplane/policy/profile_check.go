package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Bounds of profiles.
const (
	maxProfiles = 64
	maxSteps    = 32
	maxUsers    = 256
	maxRepeated = 100
	// leastBlocking is the least confidence with which a step may block: less is a guess.
	leastBlocking = 0.5
)

func (d *decoder) checkProfiles(f *File) {
	d.count("profiles", len(f.Profiles), maxProfiles)
	users := map[string]string{}
	for _, name := range sortedKeys(f.Profiles) {
		path, p := "profiles."+name, f.Profiles[name]
		d.text(path, name)
		d.checkUsers(path+".scenarios", name, p, users)
		d.count(path+".steps", len(p.Steps), maxSteps)
		if len(p.Steps) == 0 {
			d.wrong(path, "say what it leads to: add steps")
		}
		for i, s := range p.Steps {
			d.checkStep(fmt.Sprintf("%s.steps[%d]", path, i), s)
		}
		d.checkOrder(path, p.Steps)
	}
	d.checkRails(f.Rails)
}

// checkUsers notes scenarios that have two profiles. Names of scenarios are not looked up: packs may bring more.
func (d *decoder) checkUsers(path, name string, p Profile, users map[string]string) {
	d.count(path, len(p.Scenarios), maxUsers)
	for i, s := range p.Scenarios {
		at := fmt.Sprintf("%s[%d]", path, i)
		d.text(at, s)
		switch other, known := users[s]; {
		case strings.TrimSpace(s) == "":
			d.wrong(at, "the scenario's name is missing")
		case known:
			d.wrong(at, "%s has profile %s already: remove one", quote(s), other)
		}
		users[s] = name
	}
}

func (d *decoder) checkStep(path string, s Step) {
	d.share(path+".confidence", s.Confidence, 0, 1)
	if s.Severity != "" {
		oneOf(d, path+".severity", s.Severity, severities()...)
	}
	d.between(path+".repeated", s.Repeated, 0, maxRepeated)
	if s.Scope != "" {
		oneOf(d, path+".scope", s.Scope, ScopeDetected, ScopeEndpoint, ScopeAnywhere)
	}
	oneOf(d, path+".action", s.Action, Actions()...)
	if slices.Contains(Actions(), s.Action) && Blocks(s.Action) && s.Confidence < leastBlocking {
		d.wrong(path+".confidence", "to %s takes a confidence of %v at the least", s.Action, leastBlocking)
	}
}

// checkOrder keeps a step that fits more from hiding a harder one behind it.
func (d *decoder) checkOrder(path string, steps []Step) {
	for i := 1; i < len(steps); i++ {
		if actionRank(steps[i].Action) < actionRank(steps[i-1].Action) {
			d.wrong(fmt.Sprintf("%s.steps[%d].action", path, i), "steps go from the mildest to the hardest: %s comes before %s", steps[i].Action, steps[i-1].Action)
		}
	}
}

func (d *decoder) checkRails(r Rails) {
	d.within("rails.evidence.within", r.Evidence.Within, time.Second, 24*time.Hour)
	d.between("rails.history.days", r.History.Days, 1, 365)
	d.share("rails.history.success", r.History.Success, 0.5, 1)
	d.share("rails.history.confidence", r.History.Confidence, 0, 0.5)
	d.within("rails.escalation.within", r.Escalation.Within, time.Minute, 24*time.Hour)
	d.within("rails.escalation.longest", r.Escalation.Longest, time.Minute, 24*time.Hour)
	d.share("rails.blast_radius.percent", r.BlastRadius.Percent, 0, 100)
	d.between("rails.blast_radius.floor", r.BlastRadius.Floor, 0, 100_000)
	d.share("rails.canary.percent", r.Canary.Percent, 0, 100)
	d.within("rails.backtest.within", r.Backtest.Within, time.Minute, 7*24*time.Hour)
	d.within("rails.backtest.least", r.Backtest.Least, 0, 7*24*time.Hour)
	d.share("rails.shadow.percent", r.Shadow.Percent, 0, 20)
	d.between("rails.shadow.at_once", r.Shadow.AtOnce, 1, 1000)
}

// share checks a number; not a number is out of bounds.
func (d *decoder) share(path string, v, least, most float64) {
	if !(v >= least && v <= most) {
		d.wrong(path, "%v is out of bounds: write %v to %v", v, least, most)
	}
}
