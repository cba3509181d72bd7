//go:build manifests

// Never compiled: it keeps a module in go.mod of which only the YAML files (the CRDs of the Gateway API) are used.
package main

import _ "sigs.k8s.io/gateway-api/apis/v1"
