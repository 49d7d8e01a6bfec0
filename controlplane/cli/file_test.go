package cli

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAFileThatCannotBeReadIsToldWithWhatToDo(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "none.yaml")
	tests := map[string]struct {
		args []string
		want string
	}{
		"a policy to validate":         {[]string{"validate", missing}, "picket: read policy " + missing + ": no such file: check its path\n"},
		"a directory to validate":      {[]string{"validate", dir}, "picket: read policy " + dir + ": it is a directory: give a file in it\n"},
		"a policy to play":             {[]string{"simulate", "--policy", missing}, "picket: --policy " + missing + ": no such file: check its path\n"},
		"an access log":                {[]string{"simulate", "--log", missing}, "picket: --log " + missing + ": no such file: check its path\n"},
		"timelines":                    {[]string{"test", "scenarios", missing}, "picket: read timelines " + missing + ": no such file: check its path\n"},
		"requests":                     {[]string{"inspect", missing}, "picket: read requests " + missing + ": no such file: check its path\n"},
		"a token":                      {[]string{"status", "--token-file", missing}, "picket: token file " + missing + ": no such file: check its path\n"},
		"a state":                      {[]string{"import", "state", missing}, "picket: import " + missing + ": no such file: check its path\n"},
		"a key":                        {[]string{"deny", "--key", "@" + missing, "--for", "1m", "--reason", "x"}, "picket: --key @" + missing + ": no such file: check its path\n"},
		"a directory as an access log": {[]string{"simulate", "--log", dir}, "it is a directory: give a file in it\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var errs bytes.Buffer
			code := run(t.Context(), test.args, &bytes.Buffer{}, &errs)
			if code != exitMistake || !strings.HasSuffix(errs.String(), test.want) {
				t.Errorf("code %d, %q, want %q", code, errs.String(), test.want)
			}
		})
	}
}

func TestWhatCannotBeReadForOtherReasonsSaysWhy(t *testing.T) {
	for _, test := range []struct {
		err  error
		want string
	}{
		{os.ErrPermission, "may not read it"},
		{&os.PathError{Op: "read", Path: "/x", Err: errors.New("input/output error")}, "--policy x: input/output error"},
		{errors.New("broken"), "--policy x: broken"},
	} {
		if got := unreadable("--policy", "x", test.err).Error(); !strings.Contains(got, test.want) {
			t.Errorf("%q lacks %q", got, test.want)
		}
	}
}
