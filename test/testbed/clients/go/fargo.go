package main

import (
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/hudl/fargo"
	"github.com/op/go-logging"
)

type fargoClient struct {
	connection fargo.EurekaConnection
	self       *fargo.Instance
	stopBeats  func()
}

func startFargo(opts options, useJSON bool) (client, error) {
	logging.SetLevel(logging.CRITICAL, "fargo")
	c := &fargoClient{connection: fargo.NewConn(opts.Eureka)}
	c.connection.UseJson = useJSON
	c.self = &fargo.Instance{
		InstanceId: opts.ID,
		// Without it the library addresses the instance by its host name.
		UniqueID:       func(i fargo.Instance) string { return i.InstanceId },
		HostName:       "127.0.0.1",
		IPAddr:         "127.0.0.1",
		App:            opts.App,
		VipAddress:     strings.ToLower(opts.App),
		Port:           opts.Port,
		PortEnabled:    true,
		Status:         fargo.UP,
		DataCenterInfo: fargo.DataCenterInfo{Name: fargo.MyOwn},
		LeaseInfo:      fargo.LeaseInfo{RenewalIntervalInSecs: 1, DurationInSecs: 90},
	}
	if err := c.connection.RegisterInstance(c.self); err != nil {
		return nil, err
	}
	c.stopBeats = everySecond(c.renew)
	return c, nil
}

// renew does what callers of the library must do themselves when the server does not know the lease (any more).
func (c *fargoClient) renew() error {
	err := c.connection.HeartBeatInstance(c.self)
	if code, ok := fargo.HTTPResponseStatusCode(err); ok && code == http.StatusNotFound {
		return c.connection.ReregisterInstance(c.self)
	}
	return err
}

func (c *fargoClient) instances(service string) (map[string]string, error) {
	apps, err := c.connection.GetApps()
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	if app := apps[strings.ToUpper(service)]; app != nil {
		for _, instance := range app.Instances {
			found[net.JoinHostPort(instance.HostName, strconv.Itoa(instance.Port))] = string(instance.Status)
		}
	}
	return found, nil
}

func (c *fargoClient) stop() error {
	c.stopBeats()
	return c.connection.DeregisterInstance(c.self)
}
