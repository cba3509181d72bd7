package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// printRevision: ETCD_URL. Prints etcd's revision, which is what resourceVersion counts.
func printRevision(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: revision ETCD_URL")
	}
	return withEtcd(args[0], func(ctx context.Context, client *clientv3.Client) error {
		revision, err := currentRevision(ctx, client)
		if err == nil {
			fmt.Println(revision)
		}
		return err
	})
}

// compact: ETCD_URL [REVISION]. Forgets history up to the revision (the current one by default), so that a watch
// from before it is answered 410 Gone by a server that does not serve it from its watch cache.
func compact(args []string) error {
	if len(args) != 1 && len(args) != 2 {
		return errors.New("usage: compact ETCD_URL [REVISION]")
	}
	return withEtcd(args[0], func(ctx context.Context, client *clientv3.Client) error {
		var revision int64
		var err error
		if len(args) == 2 {
			revision, err = strconv.ParseInt(args[1], 10, 64)
		} else {
			revision, err = currentRevision(ctx, client)
		}
		if err != nil {
			return err
		}
		if _, err := client.Compact(ctx, revision, clientv3.WithCompactPhysical()); err != nil {
			return err
		}
		fmt.Println(revision)
		return nil
	})
}

func withEtcd(url string, use func(context.Context, *clientv3.Client) error) error {
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{url}, DialTimeout: 5 * time.Second})
	if err != nil {
		return err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return use(ctx, client)
}

func currentRevision(ctx context.Context, client *clientv3.Client) (int64, error) {
	answer, err := client.Get(ctx, "any", clientv3.WithCountOnly())
	if err != nil {
		return 0, err
	}
	return answer.Header.Revision, nil
}
