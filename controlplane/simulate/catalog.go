package simulate

import "slices"

// Timelines gives all that come with Picket: attacks by what they are after, then the honest look-alikes.
func Timelines() []Timeline {
	return slices.Concat(loginAttacks(), objectAttacks(), surfaceAttacks(), credentialAttacks(), abuses(), togetherAttacks(), exposureAttacks(), businessAttacks(), crowds(), machines(), persons(), edges(), doubles(), habits(), businesses(), learnedHabits())
}

// Catalog is one of trials, written by a hand that did not know the scenarios.
type Catalog struct {
	Name   string // "second"
	Trials func() []Trial
	Policy string // of the firms that they play at
}

// Catalogs gives all of these.
func Catalogs() []Catalog {
	return []Catalog{{"second", Second, SecondPolicy()}, {"third", Third, ThirdPolicy()}, {"fourth", Fourth, FourthPolicy()}}
}

// Find gives the timeline of a name.
func Find(name string) (*Timeline, bool) {
	all := Timelines()
	i := slices.IndexFunc(all, func(t Timeline) bool { return t.Name == name })
	if i < 0 {
		return nil, false
	}
	return &all[i], true
}
