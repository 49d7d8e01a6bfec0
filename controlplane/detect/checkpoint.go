package detect

import (
	"fmt"
	"hash/fnv"
	"net/netip"

	"picket/controlplane"
	"picket/controlplane/aggregate"
	"picket/controlplane/checkpoint"
	"picket/controlplane/scenario"
)

// Bounds of a checkpoint, in bytes: of one part, and about those of all.
const (
	maxPart = 8 << 20
	maxAll  = 64 << 20
)

// Names of a checkpoint's sections.
const (
	sectionSeed        = "seed"
	sectionProof       = "proof"
	sectionWhereabouts = "whereabouts"
	sectionAudience    = "audience"
	sectionLists       = "lists"
	sectionPresumed    = "presumed"
	sectionCustomers   = "customers"
	sectionLogins      = "logins"
	sectionHistory     = "history/"
	sectionScenario    = "scenario/"
)

// Checkpoint gives all that the engine remembers, so that another may go on from there. Of more than fits, the least recently
// used is left out.
func (e *Engine) Checkpoint() []byte {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.configure(e.settings())
	var w checkpoint.Writer
	w.Section(sectionSeed, func(w *checkpoint.Writer) { w.Hash(e.running.seed) })
	w.Section(sectionProof, e.proof.save)
	w.Section(sectionWhereabouts, e.where.save)
	w.Section(sectionAudience, e.audience.save)
	w.Section(sectionLists, e.audience.lists.save)
	w.Section(sectionPresumed, e.presumed.save)
	w.Section(sectionCustomers, e.customers.save)
	w.Section(sectionLogins, e.proof.saveLogins)
	for _, h := range e.running.histories {
		w.Section(sectionHistory+e.running.nameOf(h), h.save)
	}
	for _, t := range e.running.trackers {
		if w.Len() < maxAll {
			w.Section(sectionScenario+t.definition(), t.save)
		}
	}
	return w.Bytes()
}

// Restore makes an engine that has seen nothing go on where the one stood that gave the checkpoint. What is now defined in
// another way, or cannot be read, begins anew.
func (e *Engine) Restore(data []byte) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.configure(e.settings())
	all := checkpoint.NewReader(data)
	sections := all.Sections()
	seed, ok := sections[sectionSeed]
	if err := all.Err(); err != nil || !ok {
		return fmt.Errorf("restore detection: %w", checkpoint.ErrDamaged)
	}
	e.running.seed = seed.Hash()
	e.view.salt, e.warmer.view.salt = 0, 0
	e.restoreParts(sections)
	e.restoreHistories(sections)
	for i, t := range e.running.trackers {
		r, ok := sections[sectionScenario+t.definition()]
		if !ok {
			continue
		}
		if t.load(r); r.Err() != nil {
			t.windows.Close()
			e.running.trackers[i] = newTracker(e, e.running, t.sc, t.set)
		}
	}
	e.running.index()
	return nil
}

// restoreParts gives each part its section; one that cannot be read begins anew.
func (e *Engine) restoreParts(sections map[string]*checkpoint.Reader) {
	for _, part := range []struct {
		name string
		load func(*checkpoint.Reader)
		anew func()
	}{
		{sectionProof, e.proof.load, func() { e.proof = newProof(e.limits) }},
		{sectionWhereabouts, e.where.load, func() { e.where = newWhereabouts(e.where.locate, e.limits) }},
		{sectionAudience, e.audience.load, func() { e.audience = newAudience(e.limits) }},
		{sectionLists, e.audience.lists.load, func() { e.audience.lists = newLists(e.limits) }},
		{sectionPresumed, e.presumed.load, func() { e.presumed = newPresumed(e, e.limits) }},
		{sectionCustomers, e.customers.load, func() { e.customers = newCustomers(e.limits) }},
		{sectionLogins, e.proof.loadLogins, func() { e.proof.logins = newProof(e.limits).logins }},
	} {
		if r, ok := sections[part.name]; ok {
			if part.load(r); r.Err() != nil {
				part.anew()
			}
		}
	}
}

func (e *Engine) restoreHistories(sections map[string]*checkpoint.Reader) {
	for i, h := range e.running.histories {
		r, ok := sections[sectionHistory+e.running.nameOf(h)]
		if !ok {
			continue
		}
		if h.load(r); r.Err() != nil {
			e.running.histories[i] = &history{set: h.set, of: h.of, keys: aggregate.NewLRU[uint64, past](e.limits.Keys)}
		}
	}
}

// nameOf names a history by what it is of: its number may be another in the next process.
func (r *running) nameOf(h *history) string { return fmt.Sprint(r.sets[h.set], " ", h.of) }

// definition names a scenario by all that gives what it remembers a meaning.
func (t *tracker) definition() string {
	h := fnv.New64a()
	sc := t.sc
	_, _ = fmt.Fprint(h, sc.Source, sc.By, sc.Tallies, t.set.Within, sc.Differs)
	for _, c := range []*scenario.Condition{sc.Match, sc.Except, sc.Only} {
		if c != nil {
			_, _ = fmt.Fprintf(h, "%q", c.Source)
		}
	}
	for _, s := range sc.Steps {
		_, _ = fmt.Fprintf(h, "%q", s.Match.Source)
	}
	if sc.Ratio != nil {
		_, _ = fmt.Fprintf(h, "%q", sc.Ratio.Of.Source)
	}
	if sc.Baseline != nil {
		_, _ = fmt.Fprint(h, *sc.Baseline)
	}
	if sc.Narrow != nil {
		_, _ = fmt.Fprint(h, sc.Narrow.Tallies)
	}
	return fmt.Sprintf("%s/%016x", sc.Name, h.Sum64())
}

func (t *tracker) save(w *checkpoint.Writer) {
	t.windows.Save(w, maxPart)
	if t.steps != nil {
		t.steps.keys.Save(w, maxPart, aggregate.SaveHash, saveProgress)
		t.steps.habits.Save(w, maxPart, aggregate.SaveHash, func(w *checkpoint.Writer, h *habit) {
			w.Float(h.did)
			w.Float(h.skipped)
		})
	}
	if t.base != nil {
		t.base.save(w)
	}
	if t.crowd != nil {
		t.crowd.windows.Save(w, maxPart)
		t.crowd.members.Save(w, maxPart, aggregate.SaveHash, saveMembers)
	}
}

func (t *tracker) load(r *checkpoint.Reader) {
	t.windows.Load(r)
	if t.steps != nil {
		t.steps.keys.Load(r, aggregate.LoadHash, loadProgress)
		t.steps.habits.Load(r, aggregate.LoadHash, func(r *checkpoint.Reader, h *habit) { h.did, h.skipped = r.Float(), r.Float() })
	}
	if t.base != nil {
		t.base.load(r)
	}
	if t.crowd != nil {
		t.crowd.windows.Load(r)
		t.crowd.members.Load(r, aggregate.LoadHash, loadMembers)
	}
}

func saveProgress(w *checkpoint.Writer, p *progress) {
	for i := range p.at {
		w.Int(p.at[i])
		w.Hash(p.what[i])
	}
	w.Int(p.judged)
}

func loadProgress(r *checkpoint.Reader, p *progress) {
	for i := range p.at {
		p.at[i], p.what[i] = r.Int(), r.Hash()
	}
	p.judged = r.Int()
}

func (b *baseline) save(w *checkpoint.Writer) {
	b.own.Save(w, maxPart, aggregate.SaveHash, func(w *checkpoint.Writer, h *habitual) {
		w.Float(h.mean)
		w.Int(int64(h.periods))
		w.Int(h.begun)
		w.Float(h.highest)
	})
	b.others.Save(w, maxPart, aggregate.SaveHash, func(w *checkpoint.Writer, p *peers) {
		for i := range p {
			w.Hash(p[i].key)
			w.Float(p[i].measured)
			w.Int(p[i].at)
		}
	})
}

func (b *baseline) load(r *checkpoint.Reader) {
	b.own.Load(r, aggregate.LoadHash, func(r *checkpoint.Reader, h *habitual) {
		h.mean, h.periods, h.begun, h.highest = r.Float(), int(r.Int()), r.Int(), r.Float()
	})
	b.others.Load(r, aggregate.LoadHash, func(r *checkpoint.Reader, p *peers) {
		for i := range p {
			p[i].key, p[i].measured, p[i].at = r.Hash(), r.Float(), r.Int()
		}
	})
}

func saveMembers(w *checkpoint.Writer, m *members) {
	w.Uint(uint64(len(m.list)))
	for _, one := range m.list {
		w.Hash(one.key)
		saveValue(w, one.value)
	}
}

func loadMembers(r *checkpoint.Reader, m *members) {
	m.known = map[uint64]bool{}
	for range r.Count(10) {
		one := member{key: r.Hash()}
		one.value = loadValue(r)
		m.list = append(m.list, one)
		m.known[one.key] = true
	}
}

func saveValue(w *checkpoint.Writer, v controlplane.Value) {
	w.Text(string(v.Facet))
	network, _ := v.Network.MarshalBinary() // never fails
	w.Text(string(network))
	w.Hash(v.Hash)
}

func loadValue(r *checkpoint.Reader) controlplane.Value {
	v := controlplane.Value{Facet: controlplane.Facet(r.Text())}
	if network := r.Text(); network != "" {
		if v.Network = (netip.Prefix{}); v.Network.UnmarshalBinary([]byte(network)) != nil {
			r.Fail()
		}
	}
	v.Hash = r.Hash()
	return v
}

func (h *history) save(w *checkpoint.Writer) {
	h.keys.Save(w, maxPart, aggregate.SaveHash, func(w *checkpoint.Writer, p *past) {
		w.Int(p.since)
		w.Int(p.used)
		w.Uint(uint64(len(p.things)))
		for _, t := range p.things {
			w.Hash(t.hash)
			w.Int(t.first - p.since)
		}
	})
}

func (h *history) load(r *checkpoint.Reader) {
	h.keys.Load(r, aggregate.LoadHash, func(r *checkpoint.Reader, p *past) {
		p.since, p.used = r.Int(), r.Int()
		for range r.Count(9) {
			p.things = append(p.things, thing{r.Hash(), p.since + r.Int()})
		}
	})
}

func (p *proof) save(w *checkpoint.Writer) {
	p.endpoints.Save(w, maxPart, func(w *checkpoint.Writer, id controlplane.EndpointID) { w.Hash(uint64(id)) }, func(w *checkpoint.Writer, a *access) {
		w.Uint(uint64(a.refused))
		w.Uint(uint64(a.served))
	})
	p.accepted.Save(w, maxPart, aggregate.SaveHash, func(w *checkpoint.Writer, a *acceptance) {
		w.Hash(uint64(a.at))
		w.Uint(uint64(a.with))
	})
}

func (p *proof) load(r *checkpoint.Reader) {
	p.endpoints.Load(r, func(r *checkpoint.Reader) controlplane.EndpointID { return controlplane.EndpointID(r.Hash()) }, func(r *checkpoint.Reader, a *access) {
		a.refused, a.served = uint16(r.Uint()), uint16(r.Uint())
	})
	p.accepted.Load(r, aggregate.LoadHash, func(r *checkpoint.Reader, a *acceptance) {
		a.at, a.with = controlplane.EndpointID(r.Hash()), credentials(r.Uint())
	})
}

func (p *proof) saveLogins(w *checkpoint.Writer) {
	p.logins.Save(w, maxPart, aggregate.SaveHash, func(w *checkpoint.Writer, l *login) {
		w.Uint(uint64(l.open))
		w.Int(l.at)
	})
}

func (p *proof) loadLogins(r *checkpoint.Reader) {
	p.logins.Load(r, aggregate.LoadHash, func(r *checkpoint.Reader, l *login) { l.open, l.at = int(r.Uint()), r.Int() })
}

// save leaves out where addresses are: that is asked for again.
func (w *whereabouts) save(to *checkpoint.Writer) {
	w.credentials.Save(to, maxPart, aggregate.SaveHash, saveOrigin)
	w.programs.Save(to, maxPart, aggregate.SaveHash, saveUsers)
	w.addresses.Save(to, maxPart, aggregate.SaveHash, saveUsers)
	saveUsers(to, &w.everybody)
}

func (w *whereabouts) load(r *checkpoint.Reader) {
	w.credentials.Load(r, aggregate.LoadHash, loadOrigin)
	w.programs.Load(r, aggregate.LoadHash, loadUsers)
	w.addresses.Load(r, aggregate.LoadHash, loadUsers)
	loadUsers(r, &w.everybody)
}

func saveOrigin(w *checkpoint.Writer, o *origin) {
	w.Hash(o.network)
	w.Hash(o.program)
	w.Text(o.last.Country)
	w.Uint(uint64(o.last.ASN))
	w.Float(o.last.Latitude)
	w.Float(o.last.Longitude)
	w.Bool(o.last.Located)
	w.Int(o.at)
	w.Float(o.kmh)
	w.Bool(o.away)
	w.Bool(o.back)
}

func loadOrigin(r *checkpoint.Reader, o *origin) {
	o.network, o.program = r.Hash(), r.Hash()
	o.last = Place{Country: r.Text(), ASN: uint32(r.Uint()), Latitude: r.Float(), Longitude: r.Float(), Located: r.Bool()}
	o.at, o.kmh, o.away, o.back = r.Int(), r.Float(), r.Bool(), r.Bool()
}

func saveUsers(w *checkpoint.Writer, u *users) {
	for i := range u {
		w.Hash(u[i].who)
		w.Int(u[i].at)
	}
}

func loadUsers(r *checkpoint.Reader, u *users) {
	for i := range u {
		u[i].who, u[i].at = r.Hash(), r.Int()
	}
}
