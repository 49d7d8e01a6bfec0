package controlplane_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// allowed says which of our packages each package may import (ARCHITECTURE.md draws it). One that is not named here may
// import none; "*" allows all.
var allowed = map[string]string{
	"filter":          "filter/plugin",
	"filter/enforce":  "filter/identify",
	"filter/report":   "filter/identify proto/wire",
	"filter/plugin":   "filter/enforce filter/identify filter/inflate filter/inspect filter/proxywasm filter/report proto/wire",
	"filter/compiled": "",

	"controlplane/policy":         "controlplane controlplane/scenario controlplane/scenario/strict filter/enforce filter/identify filter/inspect proto/picket/v1 proto/wire",
	"controlplane/scenario":       "controlplane controlplane/scenario/strict",
	"controlplane/journal":        "controlplane controlplane/checkpoint proto/wire",
	"controlplane/memstore":       "controlplane",
	"controlplane/natsstore":      "controlplane",
	"controlplane/storetest":      "controlplane",
	"controlplane/fleet":          "controlplane",
	"controlplane/aggregate":      "controlplane controlplane/checkpoint",
	"controlplane/detect":         "controlplane controlplane/aggregate controlplane/scenario controlplane/checkpoint",
	"controlplane/geo":            "controlplane/detect",
	"controlplane/decide":         "controlplane controlplane/checkpoint controlplane/policy filter/identify",
	"controlplane/inventory":      "controlplane filter/identify",
	"controlplane/findings":       "controlplane",
	"controlplane/ingest":         "controlplane controlplane/fleet controlplane/inventory proto/picket/v1",
	"controlplane/xds":            "controlplane controlplane/fleet",
	"controlplane/ops":            "",
	"controlplane/backtest":       "controlplane controlplane/decide controlplane/detect controlplane/journal controlplane/policy filter/identify",
	"controlplane/api":            "controlplane controlplane/backtest controlplane/decide controlplane/findings controlplane/fleet controlplane/inventory controlplane/ops controlplane/policy proto/picket/v1",
	"controlplane/app":            "*",
	"controlplane/simulate":       "controlplane controlplane/app filter/enforce filter/identify filter/inspect filter/report proto/picket/v1 proto/wire",
	"controlplane/simulate/fleet": "controlplane/app filter/identify filter/report proto/picket/v1 proto/wire",
	"controlplane/cli":            "*",
	"controlplane/cmd/picket":     "controlplane/cli",

	"controlplane/scenario/strict": "controlplane",
	"envoy/envoytest":              "envoy/process",
	"envoy/bench":                  "*",
	"envoy/e2e":                    "*",
	"examples/carrier/cmd/carrier": "examples/carrier",
	"proto/picket/v1":              "",
}

// homes says which of our packages alone may import a module.
var homes = map[string]string{
	"github.com/envoyproxy/go-control-plane":   "controlplane/xds",
	"cel.dev/cel-go":                           "controlplane/scenario",
	"github.com/nats-io/":                      "controlplane/natsstore",
	"github.com/tetratelabs/proxy-wasm-go-sdk": "filter/plugin filter/proxywasm",
	"github.com/spf13/cobra":                   "controlplane/cli",
	"github.com/oschwald/maxminddb-golang":     "controlplane/geo",
}

// never are packages that the filter may not reach by any way: they are slow to load, large, or not safe on traffic.
var never = []string{"regexp", "encoding/json", "net/http", "google.golang.org/protobuf", "picket/controlplane", "picket/proto/picket"}

// list gives import paths by package, as the go command knows them.
func list(t *testing.T, format, pattern string, env ...string) map[string][]string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-f", format, pattern)
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	imports := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		imports[strings.TrimPrefix(words[0], "picket/")] = words[1:]
	}
	return imports
}

func TestArrowsPointOneWay(t *testing.T) {
	for pkg, imports := range list(t, `{{.ImportPath}} {{join .Imports " "}}`, "./...") {
		for _, i := range imports {
			if ours, ok := strings.CutPrefix(i, "picket/"); ok && !mayImport(pkg, ours) {
				t.Errorf("%s imports %s: move the code, or change ARCHITECTURE.md and this test", pkg, ours)
			}
			for module, home := range homes {
				if strings.HasPrefix(i, module) && !slices.Contains(strings.Fields(home), pkg) && pkg != "envoy/bench" {
					t.Errorf("%s imports %s: only %s may", pkg, i, home)
				}
			}
		}
	}
}

func mayImport(pkg, ours string) bool {
	may := allowed[pkg]
	generated := ours == "proto/picket/v1/picketv1connect" && strings.Contains(may, "proto/picket/v1") ||
		pkg == "proto/picket/v1/picketv1connect"
	tool := strings.HasPrefix(pkg, "filter/inspect/") // trains and measures, is in no binary of ours
	return may == "*" || generated || tool || slices.Contains(strings.Fields(may), ours)
}

func TestTheFilterStaysSmall(t *testing.T) {
	deps := list(t, `{{.ImportPath}} {{join .Deps " "}}`, "./filter", "GOOS=wasip1", "GOARCH=wasm")["filter"]
	if len(deps) == 0 {
		t.Fatal("the filter has no dependencies: this test looks in the wrong place")
	}
	for _, d := range deps {
		for _, n := range never {
			if d == n || strings.HasPrefix(d, n+"/") {
				t.Errorf("the filter reaches %s", d)
			}
		}
	}
}
