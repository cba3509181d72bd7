{{/* Refuses, before anything is installed, what Eurek8s or the API server would refuse and no schema can express. */}}
{{- define "eurek8s.checks" -}}
{{- $config := .Values.config }}
{{- $legacy := include "eurek8s.legacyIsGiven" . }}
{{- $leases := dig "leases" "enabled" false $config }}
{{- if and $leases (gt (int .Values.replicas) 1) }}
{{- fail "config.leases.enabled keeps the registrations in one process: set replicas to 1" }}
{{- end }}
{{- if and .Values.snapshot.enabled .Values.snapshot.claim (gt (int .Values.replicas) 1) }}
{{- fail "snapshot.claim is one volume, and each replica needs a file of its own: set replicas to 1, or leave it empty" }}
{{- end }}
{{- if and $leases $legacy }}
{{- fail "config.leases.enabled cannot be combined with config.legacy.urls: registrations would be kept in two places" }}
{{- end }}
{{- if and (include "eurek8s.isPeerFed" .) (not $legacy) }}
{{- fail "config.legacy.peerFeed needs config.legacy.urls: what the legacy pushes is reconciled with what it lists" }}
{{- end }}
{{- if dig "legacy" "publish" false $config }}
{{- if not $legacy }}
{{- fail "config.legacy.publish needs config.legacy.urls: that is where entries are registered" }}
{{- end }}
{{- if dig "readOnly" false $config }}
{{- fail "config.legacy.publish cannot be combined with config.readOnly: it writes to the legacy" }}
{{- end }}
{{- if not (dig "legacy" "required" true $config) }}
{{- fail "config.legacy.publish cannot be combined with config.legacy.required: false" }}
{{- end }}
{{- end }}
{{- $poll := dig "legacy" "pollInterval" "5s" $config }}
{{- $full := dig "legacy" "fullInterval" "5m" $config }}
{{- if lt (include "eurek8s.ms" $full | float64) (include "eurek8s.ms" $poll | float64) }}
{{- fail (printf "config.legacy.fullInterval (%s) must not be shorter than config.legacy.pollInterval (%s)" $full $poll) }}
{{- end }}
{{- $clusters := include "eurek8s.isGiven" (dict "root" . "option" "clusters" "variable" "EUREK8S_CLUSTERS") }}
{{- $manifests := include "eurek8s.isGiven" (dict "root" . "option" "manifests" "variable" "EUREK8S_MANIFESTS") }}
{{- if not (or $legacy $leases $clusters $manifests) }}
{{- fail "there is nothing to serve: give config.legacy.urls, config.clusters, config.manifests or config.leases.enabled" }}
{{- end }}
{{- $sources := concat (dig "clusters" (list) $config) (dig "manifests" (list) $config) }}
{{- $names := list }}
{{- range $sources }}
{{- if has .name $names }}{{ fail (printf "config: two clusters or manifests have the name %s" .name) }}{{ end }}
{{- $names = append $names .name }}
{{- end }}
{{- $applications := list }}
{{- range $name, $_ := dig "applications" dict $config }}
{{- if has (upper $name) $applications }}{{ fail (printf "config.applications: %s is given twice (case does not count)" (upper $name)) }}{{ end }}
{{- $applications = append $applications (upper $name) }}
{{- end }}
{{- if and .Values.auth.existingSecret (dig "auth" "file" "" $config) }}
{{- fail "auth.existingSecret says where the credentials are: leave config.auth.file out" }}
{{- end }}
{{- $tls := dig "listen" "tls" dict $config }}
{{- if and .Values.tls.existingSecret (or $tls.cert $tls.key) }}
{{- fail "tls.existingSecret says where the certificate is: leave config.listen.tls.cert and key out" }}
{{- end }}
{{- if and $tls (not (include "eurek8s.isTls" .)) }}
{{- fail "config.listen.tls needs a certificate: tls.existingSecret, or config.listen.tls.cert and key" }}
{{- end }}
{{- if eq (int (get $tls "port" | default 0)) 8761 }}
{{- fail "config.listen.tls.port: 8761 is the plain port; without port that one speaks TLS" }}
{{- end }}
{{- if and (eq ($tls.clientAuth | default "none") "require") (not (include "eurek8s.tlsPort" .)) }}
{{- fail "config.listen.tls.clientAuth require ends the probes of the kubelet, which shows no certificate: give config.listen.tls.port, and the plain port answers them, or use request" }}
{{- end }}
{{- include "eurek8s.checkService" (dict "name" "service" "service" .Values.service) }}
{{- include "eurek8s.checkService" (dict "name" "peerService" "service" .Values.peerService) }}
{{- end }}

{{- define "eurek8s.checkService" -}}
{{- $balanced := eq .service.type "LoadBalancer" }}
{{- $outside := or $balanced (eq .service.type "NodePort") }}
{{- if and .service.loadBalancerClass (not $balanced) }}
{{- fail (printf "%s.loadBalancerClass needs %s.type LoadBalancer" .name .name) }}
{{- end }}
{{- if and .service.loadBalancerSourceRanges (not $balanced) }}
{{- fail (printf "%s.loadBalancerSourceRanges needs %s.type LoadBalancer" .name .name) }}
{{- end }}
{{- if and .service.externalTrafficPolicy (not $outside) }}
{{- fail (printf "%s.externalTrafficPolicy needs %s.type NodePort or LoadBalancer" .name .name) }}
{{- end }}
{{- if and .service.nodePort (not $outside) }}
{{- fail (printf "%s.nodePort needs %s.type NodePort or LoadBalancer" .name .name) }}
{{- end }}
{{- end }}

{{/* A duration in milliseconds; the schema has checked its form. */}}
{{- define "eurek8s.ms" -}}
{{- $unit := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 "d" 86400000 }}
{{- mulf (regexFind "^[0-9.]+" . | float64) (get $unit (regexFind "[a-z]+$" .)) }}
{{- end }}
