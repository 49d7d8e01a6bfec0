// Command picket is the whole of Picket's control plane and every operator command.
package main

import (
	"os"

	"picket/controlplane/cli"
)

func main() { os.Exit(cli.Main()) }
