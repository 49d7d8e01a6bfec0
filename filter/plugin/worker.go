package plugin

import (
	"math/rand/v2"
	"net/netip"

	sdk "github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"

	"picket/filter/enforce"
	"picket/filter/identify"
	"picket/filter/inflate"
	"picket/filter/inspect"
	"picket/filter/proxywasm"
	"picket/filter/report"
	"picket/proto/wire"
)

// Version is the filter's version, in Hello. The build sets it.
var Version = "dev"

// protocol is the version of picket.v1 that this filter speaks.
const protocol = 1

// worker is all that one VM knows. It has one thread.
type worker struct {
	static static
	owner  *root // the root that ticks and owns the stream; nil: none has started

	key      *identify.Key // nil: none yet, and nothing is reported
	keyBytes [20]byte      // as it lies in shared data
	settings settings
	router   *identify.Router
	table    *enforce.Table
	throttle *enforce.Throttles
	accounts *enforce.Accounts
	shares   map[uint64]uint32 // permille of throttles' rates that are this worker's, by decision
	reporter *report.Reporter
	streams  streams
	signals  signals
	metrics  metrics
	// inspector looks at one request at a time; readers and inflaters keep what bodies that come in pieces need.
	inspector *inspect.Inspector
	readers   pool[inspect.BodyReader]
	inflaters pool[inflate.Reader]
	responses pool[inspect.Response]
	personals pool[inspect.Personal]
	fields    pool[identify.Body]
	query     identify.Body
	samples   samples
	// What nothing was found in before: headers, and hashes of credentials.
	cleanHeaders inspect.Clean
	cleanTokens  [256]uint64
	familiar     familiar

	// at is what this worker enforces; its receipt.
	at               wire.Receipt
	settingsRevision uint64 // of the settings in force
	dirty            bool   // the receipt changed since it was last told
	seen             shared // the policy last seen in shared data
	deltas           []delta
	base             uint64 // the revision of the table without its deltas

	// A snapshot that is not complete.
	inSnapshot       bool
	snapshot         []delta
	snapshotSettings *wire.Settings

	// Room for one request, so that none is taken.
	request   identify.Request
	facets    identify.Facets
	client    netip.Addr // the trusted one
	forwarded bool       // it stood in x-forwarded-for
	caller    report.Caller
	place     *identify.Place
	scratch   identify.Scratch
	judge     enforce.Judge
	answers   [256]byte
}

func newWorker() *worker {
	w := &worker{table: enforce.NewTable(), throttle: enforce.NewThrottles(), accounts: enforce.NewAccounts(), shares: map[uint64]uint32{}, settings: defaults()}
	w.signals.instance = rand.Uint64() | 1
	w.reporter = report.NewReporter(0, w.signals.instance)
	w.streams = newStreams()
	return w
}

func (w *worker) totals() *wire.Totals { return &w.reporter.Totals }

// start readies the worker, when Envoy configures a listener with it. The first root that starts is the owner. A VM that
// takes the place of one that died enforces what that one did from its first request on.
func (w *worker) start(r *root, s static) {
	for _, e := range s.errors {
		sdk.LogWarn("picket: configuration: " + e + " is not understood; its default holds")
	}
	if w.owner == nil {
		w.static, w.owner = s, r
		w.metrics.define()
		w.signals.started = proxywasm.Now()
		w.lookShared()
		w.lookKey()
	}
	if err := sdk.SetTickPeriodMilliSeconds(s.tick); err != nil {
		w.totals().HostErrors++
	}
}

// stop ends a root. Another one, if there is any, takes over at its next tick.
func (w *worker) stop(r *root) {
	if err := sdk.SetTickPeriodMilliSeconds(0); err != nil {
		w.totals().HostErrors++
	}
	if w.owner != r {
		return
	}
	w.owner = nil
	w.signals.closeStream()
}

// set puts settings in force.
func (w *worker) set(m *wire.Settings, revision uint64) {
	w.settings, w.settingsRevision = compile(m), revision
	if w.settings.inspection != nil && w.inspector == nil {
		w.inspector = inspect.New()
		markers := inspect.NewMarkers()
		w.responses.make = func() *inspect.Response { return inspect.NewResponse(markers) }
	}
	w.route()
}

// use takes a hash key, and forgets what another one named.
func (w *worker) use(id uint32, secret []byte) {
	if w.key != nil && w.key.ID == id {
		return
	}
	k, ok := identify.NewKey(id, secret)
	if !ok {
		w.totals().HostErrors++
		return
	}
	if w.key != nil {
		w.renamed()
	}
	w.key = &k
	w.route()
	w.dirty = true // until now the receipt proved nothing: without the key only addresses are recognized
}

// renamed ends what the old key named, so that nothing is told under the new one: what is summed is reported, and
// requests in flight count in the totals only.
func (w *worker) renamed() {
	if w.reporter.Pending() {
		w.report(proxywasm.Now())
	}
	for _, s := range w.streams.live {
		if s.keyed && !s.counted {
			s.keyed = false
			w.totals().Unkeyed++
		}
	}
	w.reporter.Forget()
}

func (w *worker) route() {
	w.familiar.reset(&w.settings)
	if w.key != nil {
		w.router = identify.NewRouter(w.key, w.settings.rules, w.settings.hosts, w.settings.objects)
		w.router.Learn(w.settings.slugs)
	}
}

// enforced notes that what the receipt says holds from now on.
func (w *worker) enforced() {
	w.at.EnforcedUnixNano = proxywasm.Now()
	w.dirty = true
}

// receipt is what this worker proves.
func (w *worker) receipt() *wire.Receipt {
	w.at.Decisions = uint32(w.table.Len())
	return &w.at
}
