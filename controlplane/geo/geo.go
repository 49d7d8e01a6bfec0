// Package geo tells where addresses are, by databases in MaxMind's format.
package geo

import (
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/oschwald/maxminddb-golang"

	"picket/controlplane/detect"
)

// DB is one or more databases: of countries, of cities or of autonomous systems. It is safe for concurrent use.
type DB struct {
	readers []*maxminddb.Reader
}

// Open opens files. What one does not know of an address, the next may. The error joins one for each that cannot be read.
// Close it.
func Open(files ...string) (*DB, error) {
	db := &DB{}
	var problems []error
	for _, name := range files {
		r, err := maxminddb.Open(name)
		if err != nil {
			problems = append(problems, fmt.Errorf("open the address database %s: %w", name, err))
			continue
		}
		db.readers = append(db.readers, r)
	}
	if len(problems) > 0 {
		return nil, errors.Join(append(problems, db.Close())...)
	}
	return db, nil
}

// Close lets the files go. Nobody may look anything up any more.
func (db *DB) Close() error {
	var problems []error
	for _, r := range db.readers {
		problems = append(problems, r.Close())
	}
	return errors.Join(problems...)
}

// record is what we read of MaxMind's (https://dev.maxmind.com/geoip/docs/databases): GeoLite2 and GeoIP2 Country, City
// and ASN have these names, and so have others' databases of the same kind.
type record struct {
	Country struct {
		Code string `maxminddb:"iso_code"`
	} `maxminddb:"country"`
	Location struct {
		Latitude  *float64 `maxminddb:"latitude"`
		Longitude *float64 `maxminddb:"longitude"`
	} `maxminddb:"location"`
	ASN uint32 `maxminddb:"autonomous_system_number"`
}

// Place tells where an address is; zero where nothing is known of it, or the file is damaged.
func (db *DB) Place(a netip.Addr) (p detect.Place) {
	for _, r := range db.readers {
		var found record
		if err := r.Lookup(net.IP(a.Unmap().AsSlice()), &found); err != nil {
			continue
		}
		if p.Country == "" {
			p.Country = found.Country.Code
		}
		if p.ASN == 0 {
			p.ASN = found.ASN
		}
		if l := found.Location; !p.Located && l.Latitude != nil && l.Longitude != nil {
			p.Latitude, p.Longitude, p.Located = *l.Latitude, *l.Longitude, true
		}
	}
	return p
}
