package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// makeKubeconfig: FILE URL PKIDIR TOKENFILE. A kubeconfig that carries all it needs inside itself.
func makeKubeconfig(args []string) error {
	if len(args) != 4 {
		return errors.New("usage: kubeconfig FILE URL PKIDIR TOKENFILE")
	}
	file, url, pkiDir, tokenFile := args[0], args[1], args[2], args[3]
	ca, err := os.ReadFile(filepath.Join(pkiDir, "ca.crt"))
	if err != nil {
		return err
	}
	token, err := os.ReadFile(tokenFile)
	if err != nil {
		return err
	}
	const name = "kubebed"
	config := api.NewConfig()
	config.Clusters[name] = &api.Cluster{Server: url, CertificateAuthorityData: ca}
	config.AuthInfos[name] = &api.AuthInfo{Token: strings.TrimSpace(string(token))}
	config.Contexts[name] = &api.Context{Cluster: name, AuthInfo: name}
	config.CurrentContext = name
	return clientcmd.WriteToFile(*config, file)
}
