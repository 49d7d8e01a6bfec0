package inspect

// Clean remembers values in which nothing was found, by their whole text: most come again and again, and to compare one
// takes a small part of the time that looking at it takes. Credentials do not belong into it.
type Clean [128]cleanValue

type cleanValue struct {
	zone        Zone
	name, value uint8 // lengths
	text        [240]byte
}

// Has says whether nothing was found in this value before.
func (c *Clean) Has(z Zone, name, value []byte) bool {
	v := c.slot(name, value)
	return v != nil && v.zone == z && int(v.name) == len(name) && int(v.value) == len(value) &&
		string(v.text[:len(name)]) == string(name) && string(v.text[len(name):len(name)+len(value)]) == string(value)
}

// Add remembers a value in the place of another.
func (c *Clean) Add(z Zone, name, value []byte) {
	if v := c.slot(name, value); v != nil {
		v.zone, v.name, v.value = z, uint8(len(name)), uint8(len(value))
		copy(v.text[copy(v.text[:], name):], value)
	}
}

// slot gives the one place where a value may be, or nil for one that is too long or has no name.
func (c *Clean) slot(name, value []byte) *cleanValue {
	n := len(value)
	if len(name) == 0 || n == 0 || len(name)+n > len(c[0].text) {
		return nil
	}
	h := uint(len(name)) + 3*uint(name[0]) + 7*uint(n) + 31*uint(value[0]) + 57*uint(value[n/2]) + 101*uint(value[n-1])
	return &c[h%uint(len(c))]
}

// secretName says whether a field is named for what is not to be kept.
func secretName(name []byte) bool {
	return named(name, "password passwd pass pwd passphrase secret token key pin otp code cvv cvc answer credential credentials signature")
}
