package main

import (
	"fmt"
	"os"
	"syscall"
	"time"
)

var held *os.File // open, and with it locked, for as long as the process lives

// holdAlone makes sure that no other server uses the data directory. etcd alone notices too late: the second server
// would take over the socket file, and the first, when it ends, would remove it under the second.
func holdAlone(dataDir string) error {
	file, err := os.OpenFile(dataDir+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	held = file
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
			return nil
		} else if time.Now().After(deadline) {
			return fmt.Errorf("%s is in use by another server: %w", dataDir, err)
		}
	}
}
