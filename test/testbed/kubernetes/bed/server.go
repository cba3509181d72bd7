package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

// runServer: DATADIR CLIENT_URL PEER_URL -- KUBE-APISERVER-FLAGS. etcd lives inside the API server's process, so that
// one SIGKILL takes both, and the same DATADIR brings both back.
func runServer(args []string) error {
	if len(args) < 4 || args[3] != "--" {
		return errors.New("usage: server DATADIR CLIENT_URL PEER_URL -- KUBE-APISERVER-FLAGS")
	}
	if err := holdAlone(args[0]); err != nil {
		return err
	}
	etcd, err := startEtcd(args[0], args[1], args[2])
	if err != nil {
		return err
	}
	os.Args = append([]string{"kube-apiserver", "--etcd-servers=" + args[1]}, args[4:]...)
	code := cli.Run(app.NewAPIServerCommand()) // handles SIGTERM itself, and returns after it
	etcd.Close()
	os.Exit(code)
	return nil
}

func startEtcd(dataDir, clientURL, peerURL string) (*embed.Etcd, error) {
	client, err := url.Parse(clientURL)
	if err != nil {
		return nil, err
	}
	peer, err := url.Parse(peerURL)
	if err != nil {
		return nil, err
	}
	config := embed.NewConfig()
	config.Dir = dataDir
	config.ListenClientUrls, config.AdvertiseClientUrls = []url.URL{*client}, []url.URL{*client}
	config.ListenPeerUrls, config.AdvertisePeerUrls = []url.URL{*peer}, []url.URL{*peer}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	config.LogLevel = "warn"
	config.UnsafeNoFsync = true // the data outlives the process, not the machine: all a test needs
	config.QuotaBackendBytes = 256 << 20
	// The only member waits one election timeout before it elects itself: about 50 ms instead of the default 1 s.
	config.TickMs, config.ElectionMs = 10, 50

	etcd, err := embed.StartEtcd(config)
	if err != nil {
		return nil, fmt.Errorf("etcd: %w", err)
	}
	select {
	case <-etcd.Server.ReadyNotify():
		return etcd, nil
	case err := <-etcd.Err():
		return nil, fmt.Errorf("etcd: %w", err)
	case <-time.After(30 * time.Second):
		etcd.Close()
		return nil, errors.New("etcd was not ready within 30 s")
	}
}
