{{/* At most 52 characters: a StatefulSet with a longer name cannot make Pods (the hash of the revision is added to a label). */}}
{{- define "eurek8s.name" -}}
{{- printf "%s" (ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name) (contains .Chart.Name .Release.Name)) | trunc 52 | trimSuffix "-" -}}
{{- end }}

{{- define "eurek8s.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{/* root; labels: further labels of this object. Each key once; the labels that select the Pods cannot be replaced. */}}
{{- define "eurek8s.labels" -}}
{{- $own := dict
  "app.kubernetes.io/version" (.root.Chart.AppVersion | replace "+" "_")
  "app.kubernetes.io/managed-by" .root.Release.Service
  "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_") -}}
{{- mergeOverwrite $own .root.Values.labels (.labels | default dict) (include "eurek8s.selectorLabels" .root | fromYaml) | toYaml -}}
{{- end }}

{{/* The metadata of every object. root; optional: name, namespace ("" for kinds without one), labels, annotations. */}}
{{- define "eurek8s.metadata" -}}
name: {{ .name | default (include "eurek8s.name" .root) }}
{{- with (hasKey . "namespace" | ternary .namespace .root.Release.Namespace) }}
namespace: {{ . | quote }}
{{- end }}
labels: {{- include "eurek8s.labels" . | nindent 2 }}
{{- with mergeOverwrite (deepCopy .root.Values.annotations) (.annotations | default dict) }}
annotations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "eurek8s.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ default (include "eurek8s.name" .) .Values.serviceAccount.name }}
{{- else -}}
{{ required "serviceAccount.name is needed when serviceAccount.create is false" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* With a digest there is no tag: it would have no effect, but look as if it had. */}}
{{- define "eurek8s.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ .digest | empty | ternary (printf ":%s" (.tag | default $.Chart.AppVersion)) (printf "@%s" .digest) }}
{{- end }}
{{- end }}

{{/* "true" when the option is given in config or by the environment: root, option (a path), variable. */}}
{{- define "eurek8s.isGiven" -}}
{{- $value := .root.Values.config -}}
{{- range splitList "." .option }}{{ $value = get ($value | default dict) . }}{{ end -}}
{{- range .root.Values.env }}{{ if eq .name $.variable }}{{ $value = "given" }}{{ end }}{{ end -}}
{{- if $value }}true{{ end }}
{{- end }}

{{- define "eurek8s.legacyIsGiven" -}}
{{- include "eurek8s.isGiven" (dict "root" . "option" "legacy.urls" "variable" "EUREK8S_LEGACY_URLS") -}}
{{- end }}

{{/* "true" when the legacy pushes to each replica, so that each replica needs an address of its own. */}}
{{- define "eurek8s.isPeerFed" -}}
{{- if dig "legacy" "peerFeed" false .Values.config }}true{{ end }}
{{- end }}

{{/* Whether anything speaks TLS, and its own port; "" without one. */}}
{{- define "eurek8s.isTls" -}}
{{- if or .Values.tls.existingSecret (dig "listen" "tls" "cert" "" .Values.config) }}true{{ end }}
{{- end }}

{{- define "eurek8s.tlsPort" -}}
{{- if include "eurek8s.isTls" . }}{{ with dig "listen" "tls" "port" 0 .Values.config }}{{ int . }}{{ end }}{{ end }}
{{- end }}

{{/* What the port http speaks: Service and probes go by it. */}}
{{- define "eurek8s.scheme" -}}
{{- if and (include "eurek8s.isTls" .) (not (include "eurek8s.tlsPort" .)) }}https{{ else }}http{{ end }}
{{- end }}

{{- define "eurek8s.replicasName" -}}
{{ include "eurek8s.name" . }}-replicas
{{- end }}

{{- define "eurek8s.rules" -}}
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [services]
  verbs: [list, watch]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch]
- apiGroups: [gateway.networking.k8s.io]
  resources: [httproutes, referencegrants]
  verbs: [list, watch]
{{- if eq (dig "defaults" "health" "endpoints" .Values.config) "deployment" }}
- apiGroups: [apps]
  resources: [deployments]
  verbs: [list, watch]
{{- end }}
{{- if dig "events" "enabled" false .Values.config }}
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [get, create, patch]
{{- end }}
{{- end }}

{{/* Where the registry file is. */}}
{{- define "eurek8s.snapshotDirectory" -}}
/var/lib/eurek8s
{{- end }}
