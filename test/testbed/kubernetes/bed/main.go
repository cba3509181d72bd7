// kubebed is a Kubernetes control plane in one program, for tests: no containers, no root, loopback only.
//
// The role is the name it is called by (a link named kubectl is kubectl) or else its first argument.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	_ "time/tzdata" // CronJob time zones, where the machine has no zone files

	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"          // --logging-format=json
	_ "k8s.io/component-base/metrics/prometheus/clientgo" // client metrics, as upstream's binaries register them
	_ "k8s.io/component-base/metrics/prometheus/version"  // kubernetes_build_info
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

var roles = map[string]func(args []string) error{
	"server":                  runServer,
	"kube-controller-manager": func([]string) error { os.Exit(cli.Run(controllers.NewControllerManagerCommand())); return nil },
	"kube-scheduler":          func([]string) error { os.Exit(cli.Run(scheduler.NewSchedulerCommand())); return nil },
	"kubectl":                 runKubectl,
	"pki":                     makePki,
	"kubeconfig":              makeKubeconfig,
	"revision":                printRevision,
	"compact":                 compact,
}

func main() {
	name := filepath.Base(os.Args[0])
	if roles[name] == nil && len(os.Args) > 1 {
		// The upstream commands read os.Args themselves, so the role name has to take the program's place in it.
		os.Args = os.Args[1:]
		name = os.Args[0]
	}
	run := roles[name]
	if run == nil {
		fmt.Fprintln(os.Stderr, "usage: kubebed server|kube-controller-manager|kube-scheduler|kubectl|pki|kubeconfig|revision|compact ...")
		os.Exit(2)
	}
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "kubebed %s: %v\n", name, err)
		os.Exit(1)
	}
}
