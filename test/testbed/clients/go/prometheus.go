package main

import (
	"context"
	"log/slog"
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/prometheus/discovery"
	"github.com/prometheus/prometheus/discovery/eureka"
	"github.com/prometheus/prometheus/discovery/targetgroup"
	"go.yaml.in/yaml/v2"
)

// Prometheus' service discovery, configured as in eureka_sd_configs; its targets are what Prometheus would scrape.
type prometheusClient struct {
	lock   sync.Mutex
	groups []*targetgroup.Group
	cancel context.CancelFunc
}

func startPrometheus(opts options) (client, error) {
	var config eureka.SDConfig
	if err := yaml.Unmarshal([]byte("server: "+opts.Eureka+"\nrefresh_interval: 1s\n"), &config); err != nil {
		return nil, err
	}
	registry := prometheus.NewRegistry()
	refresh := discovery.NewRefreshMetrics(registry)
	metrics := config.NewDiscovererMetrics(registry, refresh)
	discoverer, err := config.NewDiscoverer(discovery.DiscovererOptions{
		Logger:  slog.New(slog.DiscardHandler),
		Metrics: metrics,
		SetName: "testbed",
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := &prometheusClient{cancel: cancel}
	updates := make(chan []*targetgroup.Group)
	go discoverer.Run(ctx, updates)
	go func() {
		for groups := range updates {
			c.lock.Lock()
			c.groups = groups
			c.lock.Unlock()
		}
	}()
	return c, nil
}

func (c *prometheusClient) instances(service string) (map[string]string, error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	found := map[string]string{}
	for _, group := range c.groups {
		for _, target := range group.Targets {
			if string(target["__meta_eureka_app_name"]) == strings.ToUpper(service) {
				found[string(target["__address__"])] = string(target["__meta_eureka_app_instance_status"])
			}
		}
	}
	return found, nil
}

func (c *prometheusClient) stop() error {
	c.cancel()
	return nil
}
