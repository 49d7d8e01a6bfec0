package detect

import (
	"picket/controlplane"
	"picket/controlplane/aggregate"
	"picket/controlplane/checkpoint"
)

func saveEndpoint(w *checkpoint.Writer, id controlplane.EndpointID) { w.Hash(uint64(id)) }

func loadEndpoint(r *checkpoint.Reader) controlplane.EndpointID {
	return controlplane.EndpointID(r.Hash())
}

func (a *audience) save(w *checkpoint.Writer) {
	a.endpoints.Save(w, maxPart, saveEndpoint, saveReaders)
	a.browsers.Save(w, maxPart, saveEndpoint, saveBrowsers)
	a.desks.Save(w, maxPart, saveEndpoint, saveUsers)
	a.staff.Save(w, maxPart, aggregate.SaveHash, func(w *checkpoint.Writer, d *desk) {
		w.Hash(uint64(d.endpoint))
		w.Float(d.requests)
		w.Int(d.at)
	})
}

func (a *audience) load(r *checkpoint.Reader) {
	a.endpoints.Load(r, loadEndpoint, loadReaders)
	a.browsers.Load(r, loadEndpoint, loadBrowsers)
	a.desks.Load(r, loadEndpoint, loadUsers)
	a.staff.Load(r, aggregate.LoadHash, func(r *checkpoint.Reader, d *desk) {
		d.endpoint, d.requests, d.at = loadEndpoint(r), r.Float(), r.Int()
	})
}

func saveReaders(w *checkpoint.Writer, s *readers) {
	w.Bool(s.open)
	for i := range s.records {
		record := &s.records[i]
		w.Hash(record.object)
		w.Uint(uint64(record.n))
		for _, who := range record.who[:record.n] {
			w.Hash(who)
		}
	}
}

func loadReaders(r *checkpoint.Reader, s *readers) {
	s.open = r.Bool()
	for i := range s.records {
		record := &s.records[i]
		record.object = r.Hash()
		record.n = loadCount(r, strangers)
		for k := range record.n {
			record.who[k] = r.Hash()
		}
		s.open = s.open || record.n == strangers
	}
}

func saveBrowsers(w *checkpoint.Writer, b *browsers) {
	for i := range b {
		s := &b[i]
		w.Hash(s.who)
		w.Uint(uint64(s.requests))
		w.Uint(uint64(s.n))
		for _, object := range s.records[:s.n] {
			w.Hash(object)
		}
	}
}

func loadBrowsers(r *checkpoint.Reader, b *browsers) {
	for i := range b {
		s := &b[i]
		s.who, s.requests = r.Hash(), int(r.Uint())
		s.n = loadCount(r, glances)
		for k := range s.n {
			s.records[k] = r.Hash()
		}
	}
}

// loadCount reads how many follow; more than there can be is damage.
func loadCount(r *checkpoint.Reader, most int) int {
	n := r.Uint()
	if n > uint64(most) {
		r.Fail()
		return 0
	}
	return int(n)
}
