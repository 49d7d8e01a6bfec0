package inspect

// Cookie looks at a cookie header: each cookie's value.
func (in *Inspector) Cookie(v []byte) {
	start := 0
	for i := 0; i <= len(v); i++ {
		if i == len(v) || v[i] == ';' && (i+1 == len(v) || v[i+1] == ' ') {
			in.cookie(v[start:i])
			start = i + 1
		}
	}
}

func (in *Inspector) cookie(c []byte) {
	for len(c) > 0 && c[0] == ' ' {
		c = c[1:]
	}
	for i := range c {
		if c[i] == '=' {
			in.parameterName(c[:i], ZoneCookie)
			in.at(ZoneCookie, c[:i])
			v := c[i+1:]
			if len(v) > 1 && v[0] == '"' && v[len(v)-1] == '"' {
				v = v[1 : len(v)-1]
			}
			in.transported(v)
			return
		}
	}
	in.at(ZoneCookie, nil)
	in.transported(c)
}
