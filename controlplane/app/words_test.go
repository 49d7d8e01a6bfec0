package app

import (
	"testing"
	"time"

	"picket/controlplane"
	"picket/controlplane/inventory"
	"picket/filter/identify"
)

func TestWhatWasLearnedOfPathsOutlivesARestartAndReachesFilters(t *testing.T) {
	o := options(t)
	o.State = t.TempDir()
	var place controlplane.Slug
	t.Run("learned", func(t *testing.T) {
		a := running(t, o)
		place = controlplane.Slug{Prefix: []uint64{a.key.Hash(identify.DomainWord, []byte("t"))}, Values: 30, Callers: 32, Learned: time.Unix(1_800_000_000, 0)}
		if first, again := a.rememberSlug(place), a.rememberSlug(place); !first || again {
			t.Errorf("kept %v, and again %v", first, again)
		}
	})
	t.Run("after a restart", func(t *testing.T) {
		a := running(t, o)
		slugs := a.Publisher().Group("edge").Snapshot()[0].GetSettings().GetSlugs()
		if len(slugs) != 1 || len(slugs[0].GetPrefix()) != 1 || slugs[0].GetPrefix()[0] != place.Prefix[0] {
			t.Errorf("filters are told of %v", slugs)
		}
		segments := []uint64{place.Prefix[0], a.key.Hash(identify.DomainWord, []byte("acme"))}
		a.inventory.See(inventory.Endpoint{ID: controlplane.EndpointID(a.key.Endpoint("GET", 0, segments)), Method: "GET", Segments: segments})
		if got := a.inventory.List(); len(got) != 1 || got[0].Learned != 30 || got[0].ID != controlplane.EndpointID(a.key.Endpoint("GET", 0, []uint64{place.Prefix[0], 0})) {
			t.Errorf("listed as %+v", got)
		}
	})
}
