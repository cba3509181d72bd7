package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// makePki: DIR HOST... Writes everything a server and its clients need to trust each other: ca.crt, server.crt/key
// (for the hosts), admin.crt/key (group system:masters), sa.key/sa.pub (ServiceAccount tokens), token.csv with an
// admin and a viewer without any rights, and their tokens alone in admin.token and viewer.token.
func makePki(args []string) error {
	if len(args) < 2 {
		return errors.New("usage: pki DIR HOST...")
	}
	dir, hosts := args[0], args[1:]
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	ca := &x509.Certificate{
		Subject: pkix.Name{CommonName: "kubebed-ca"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	server := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver"},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			server.IPAddresses = append(server.IPAddresses, ip)
		} else {
			server.DNSNames = append(server.DNSNames, host)
		}
	}
	admin := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "admin", Organization: []string{"system:masters"}},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	caKey, err := issue(dir, "ca", ca, ca, nil)
	if err != nil {
		return err
	}
	if _, err := issue(dir, "server", server, ca, caKey); err != nil {
		return err
	}
	if _, err := issue(dir, "admin", admin, ca, caKey); err != nil {
		return err
	}
	if err := makeServiceAccountKeys(dir); err != nil {
		return err
	}
	return makeTokens(dir)
}

// issue writes NAME.crt and NAME.key; a certificate without a parent key is signed by itself.
func issue(dir, name string, cert, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if parentKey == nil {
		parentKey = key
	}
	if cert.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)); err != nil {
		return nil, err
	}
	cert.NotBefore = time.Now().Add(-time.Hour) // tolerates clocks that are set back a little
	cert.NotAfter = cert.NotBefore.AddDate(1, 0, 0)
	der, err := x509.CreateCertificate(rand.Reader, cert, parent, &key.PublicKey, parentKey)
	if err != nil {
		return nil, err
	}
	if err := writePem(filepath.Join(dir, name+".crt"), "CERTIFICATE", der); err != nil {
		return nil, err
	}
	return key, writeKey(filepath.Join(dir, name+".key"), key)
}

func makeServiceAccountKeys(dir string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return err
	}
	if err := writePem(filepath.Join(dir, "sa.pub"), "PUBLIC KEY", public); err != nil {
		return err
	}
	return writeKey(filepath.Join(dir, "sa.key"), key)
}

func makeTokens(dir string) error {
	csv := ""
	for _, user := range []struct{ name, groups string }{{"admin", `,"system:masters"`}, {"viewer", ""}} {
		secret := make([]byte, 16)
		if _, err := rand.Read(secret); err != nil {
			return err
		}
		token := hex.EncodeToString(secret)
		csv += fmt.Sprintf("%s,%s,%s%s\n", token, user.name, user.name, user.groups)
		if err := os.WriteFile(filepath.Join(dir, user.name+".token"), []byte(token), 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, "token.csv"), []byte(csv), 0o600)
}

func writeKey(file string, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	return writePem(file, "EC PRIVATE KEY", der)
}

func writePem(file, kind string, der []byte) error {
	return os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}
