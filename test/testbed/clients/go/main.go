// Clients of Eureka written in Go, one at a time: `clients NAME OPTIONS`, OPTIONS being the JSON of type options. Told
// what to do by JSON lines on stdin, answers each with one JSON line on stdout, and ends with stdin, deregistering first.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sort"
	"strings"
	"time"
)

type options struct {
	// http://127.0.0.1:PORT/eureka
	Eureka string
	App    string
	ID     string
	Port   int
}

// client is what the drivers have in common.
type client interface {
	// instances answers host:port → status of a service, as the library tells it.
	instances(service string) (map[string]string, error)
	stop() error
}

type question struct {
	ID      int
	Cmd     string
	Service string
}

type answer struct {
	ID        int               `json:"id"`
	Instances map[string]string `json:"instances,omitempty"`
	Host      string            `json:"host,omitempty"`
	Error     string            `json:"error,omitempty"`
}

func main() {
	var opts options
	fail(json.Unmarshal([]byte(os.Args[2]), &opts))
	c, err := start(os.Args[1], opts)
	fail(err)
	fmt.Println(`{"event":"ready"}`)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var q question
		fail(json.Unmarshal(lines.Bytes(), &q))
		a := answer{ID: q.ID}
		switch q.Cmd {
		case "view":
			a.Instances, err = c.instances(q.Service)
		case "call":
			a.Host, err = call(c, q.Service)
		default:
			err = errors.New("unknown command")
		}
		if err != nil {
			a.Error = err.Error()
		}
		line, err := json.Marshal(a)
		fail(err)
		fmt.Println(string(line))
	}
	fail(c.stop())
}

func start(name string, opts options) (client, error) {
	switch name {
	case "fargo-xml":
		return startFargo(opts, false)
	case "fargo-json":
		return startFargo(opts, true)
	case "go-eureka-client":
		return startGoEureka(opts)
	case "prometheus":
		return startPrometheus(opts)
	}
	return nil, fmt.Errorf("unknown client %q", name)
}

// everySecond is the loop that these libraries leave to their callers; what goes wrong is tried again in the next round.
// stop returns when no round is under way any more.
func everySecond(work func() error) (stop func()) {
	stopping, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-stopping:
				return
			case <-ticker.C:
				if err := work(); err != nil {
					fmt.Fprintln(os.Stderr, err)
				}
			}
		}
	}()
	return func() {
		close(stopping)
		<-stopped
	}
}

var calls int

// call asks the UP instances in turn with Go's own HTTP client: none of these libraries calls services itself.
func call(c client, service string) (string, error) {
	found, err := c.instances(service)
	if err != nil {
		return "", err
	}
	var up []string
	for address, status := range found {
		if status == "UP" {
			up = append(up, address)
		}
	}
	if len(up) == 0 {
		return "", errors.New("no instance of " + service)
	}
	sort.Strings(up)
	calls++
	return whoami(up[calls%len(up)])
}

func whoami(address string) (string, error) {
	dialer := net.Dialer{Timeout: 2 * time.Second}
	resolving := http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		// The names of the test bed, which no resolver knows.
		if host, port, err := net.SplitHostPort(address); err == nil && strings.HasSuffix(host, ".example.test") {
			address = net.JoinHostPort("127.0.0.1", port)
		}
		return dialer.DialContext(ctx, network, address)
	}}
	defer resolving.CloseIdleConnections()
	caller := http.Client{Transport: &resolving, Timeout: 10 * time.Second}
	response, err := caller.Get("http://" + address + "/whoami")
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return "", errors.New(response.Status)
	}
	var seen struct{ Host string }
	err = json.NewDecoder(response.Body).Decode(&seen)
	return seen.Host, err
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
