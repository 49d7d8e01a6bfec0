package fleet

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// The plot's measures, in pixels.
const (
	panelWidth, panelHeight = 260, 170
	marginLeft, marginTop   = 60, 40
	gapX, gapY              = 70, 70
)

// panel is one figure of a result.
type panel struct {
	title string
	of    func(*Result) float64
}

func panels() []panel {
	return []panel{
		{"processor s for a million requests, with NATS", func(r *Result) float64 { return r.PlanePerMillion + r.NATSPerMillion }},
		{"memory in use, MiB", func(r *Result) float64 { return mib(r.Loaded.Heap) }},
		{"decision to every node, 99 %, ms", func(r *Result) float64 { return 1000 * r.Enforced.P99 }},
	}
}

// Plot draws the series as SVG: a row for each, a column for each figure. The horizontal axes are logarithmic, the vertical
// ones begin at 0.
func Plot(w io.Writer, all []Series) error {
	cols := panels()
	var b strings.Builder
	width, height := marginLeft+len(cols)*(panelWidth+gapX), marginTop+len(all)*(panelHeight+gapY)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="11">`+"\n", width, height)
	b.WriteString(`<rect width="100%" height="100%" fill="white"/>` + "\n")
	for y, s := range all {
		for x, p := range cols {
			fmt.Fprintf(&b, `<g transform="translate(%d,%d)">`+"\n", marginLeft+x*(panelWidth+gapX), marginTop+y*(panelHeight+gapY))
			draw(&b, &s, p)
			b.WriteString("</g>\n")
		}
	}
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// draw draws one panel.
func draw(b *strings.Builder, s *Series, p panel) {
	fmt.Fprintf(b, `<text x="0" y="-10" font-weight="bold">%s</text>`+"\n", p.title)
	fmt.Fprintf(b, `<path d="M0 0V%d H%d" fill="none" stroke="#888"/>`+"\n", panelHeight, panelWidth)
	top, low, high := 0.0, math.Inf(1), 0.0
	for _, r := range s.Results {
		top, low, high = max(top, p.of(r)), min(low, place(s.at(r))), max(high, place(s.at(r)))
	}
	top = max(top*1.1, 1e-9)
	for _, share := range []float64{0, 0.5, 1} {
		y := panelHeight * (1 - share)
		fmt.Fprintf(b, `<text x="-6" y="%.0f" text-anchor="end">%.3g</text><path d="M0 %.0fH%d" stroke="#eee"/>`+"\n", y+4, top*share, y, panelWidth)
	}
	var points []string
	for _, r := range s.Results {
		x := 20 + (panelWidth-40)*(place(s.at(r))-low)/max(high-low, 1e-9)
		y := panelHeight * (1 - p.of(r)/top)
		points = append(points, fmt.Sprintf("%.1f,%.1f", x, y))
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3" fill="#05c"/><text x="%.1f" y="%d" text-anchor="middle">%.0f</text>`+"\n", x, y, x, panelHeight+16, s.at(r))
	}
	fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="#05c"/>`+"\n", strings.Join(points, " "))
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle">%s</text>`+"\n", panelWidth/2, panelHeight+34, s.With)
}

// place is where a number stands on a logarithmic axis; 0 stands at 1.
func place(v float64) float64 { return math.Log10(max(1, v)) }
