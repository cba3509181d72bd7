package main

import (
	"os"

	_ "k8s.io/client-go/plugin/pkg/client/auth" // credential plug-ins
	"k8s.io/component-base/cli"
	"k8s.io/component-base/logs"
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
)

func runKubectl([]string) error {
	// As upstream's main: -v must be in force while the command itself is being built.
	if _, err := logs.GlogSetter(cmd.GetLogVerbosity(os.Args)); err != nil {
		return err
	}
	if err := cli.RunNoErrOutput(cmd.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err) // prints it the way kubectl does, and exits
	}
	return nil
}
