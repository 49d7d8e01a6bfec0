package app

import (
	"picket/controlplane"
	"picket/controlplane/api"
	"picket/controlplane/backtest"
	"picket/controlplane/detect"
	"picket/controlplane/policy"
)

// backtester is what the API has of it; nil: there is no journal.
func (a *App) backtester() api.Backtester {
	if a.tester == nil {
		return nil
	}
	return a.tester
}

// newTester makes what tries policies on the journal; nil: there is none.
func (a *App) newTester() *backtest.Tester {
	if a.journal == nil {
		return nil
	}
	return backtest.New(backtest.Options{
		Journal: a.journal, Key: &a.key, Name: a.inventory.Name, Locate: a.locate(), Clock: a.clock, Log: a.log,
		Settings: func(f *policy.File) *detect.Settings { return translate(f, &a.key).detect },
		Clean:    func(v controlplane.Value) bool { return a.decider.History(v).Clean },
	})
}
