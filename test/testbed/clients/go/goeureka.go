package main

import (
	"errors"
	"net"
	"strconv"
	"strings"

	"github.com/ArthurHlt/go-eureka-client/eureka"
	"github.com/sirupsen/logrus"
)

type goEurekaClient struct {
	connection *eureka.Client
	opts       options
	self       *eureka.InstanceInfo
	stopBeats  func()
}

func startGoEureka(opts options) (client, error) {
	logrus.SetLevel(logrus.PanicLevel)
	c := &goEurekaClient{connection: eureka.NewClient([]string{opts.Eureka}), opts: opts}
	c.self = eureka.NewInstanceInfo("127.0.0.1", opts.App, "127.0.0.1", opts.Port, 90, false)
	c.self.InstanceID = opts.ID
	if err := c.connection.RegisterInstance(opts.App, c.self); err != nil {
		return nil, err
	}
	c.stopBeats = everySecond(c.renew)
	return c, nil
}

// renew does what callers of the library must do themselves when the server does not know the lease (any more).
func (c *goEurekaClient) renew() error {
	err := c.connection.SendHeartbeat(c.opts.App, c.opts.ID)
	var known *eureka.EurekaError
	if errors.As(err, &known) && known.ErrorCode == eureka.ErrCodeInstanceNotFound {
		return c.connection.RegisterInstance(c.opts.App, c.self)
	}
	return err
}

func (c *goEurekaClient) instances(service string) (map[string]string, error) {
	all, err := c.connection.GetApplications()
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, app := range all.Applications {
		if app.Name != strings.ToUpper(service) {
			continue
		}
		for _, instance := range app.Instances {
			found[net.JoinHostPort(instance.HostName, strconv.Itoa(instance.Port.Port))] = instance.Status
		}
	}
	return found, nil
}

func (c *goEurekaClient) stop() error {
	c.stopBeats()
	return c.connection.UnregisterInstance(c.opts.App, c.opts.ID)
}
