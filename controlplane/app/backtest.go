package app

import (
	"picket/controlplane"
	"picket/controlplane/api"
	"picket/controlplane/backtest"
	"picket/controlplane/detect"
	"picket/controlplane/policy"
)

// newBacktest makes what tries policies on the journal; nil: there is none.
func (a *App) newBacktest() api.Backtester {
	if a.journal == nil {
		return nil
	}
	return backtest.New(backtest.Options{
		Journal: a.journal, Key: &a.key, Name: a.inventory.Name, Locate: a.locate(), Clock: a.clock, Log: a.log,
		Settings: func(f *policy.File) *detect.Settings { return translate(f, &a.key).detect },
		Clean:    func(v controlplane.Value) bool { return a.decider.History(v).Clean },
	})
}
