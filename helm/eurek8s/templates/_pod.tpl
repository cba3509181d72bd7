{{/* The Pod of the Deployment or StatefulSet. A changed configuration makes new Pods: the file is read once, at the start. */}}
{{- define "eurek8s.pod" -}}
{{- $scheme := include "eurek8s.scheme" . }}
{{- $checksum := dict "checksum/config" (include (print $.Template.BasePath "/configmap.yaml") . | sha256sum) }}
metadata:
  labels: {{- include "eurek8s.labels" (dict "root" . "labels" .Values.podLabels) | nindent 4 }}
  annotations: {{- mergeOverwrite (deepCopy .Values.annotations) $checksum .Values.podAnnotations | toYaml | nindent 4 }}
spec:
  serviceAccountName: {{ include "eurek8s.serviceAccount" . | quote }}
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . | quote }}
  {{- end }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.podSecurityContext }}
  securityContext: {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: eurek8s
      image: {{ include "eurek8s.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args: [serve, --config, /etc/eurek8s/eurek8s.yaml]
      {{- with .Values.env }}
      env: {{- toYaml . | nindent 8 }}
      {{- end }}
      ports:
        - { name: http, containerPort: 8761 }
        {{- with include "eurek8s.tlsPort" . }}
        - { name: https, containerPort: {{ . }} }
        {{- end }}
      # Ready exactly when reads are answered: a Pod without a complete view gets no traffic.
      readinessProbe:
        httpGet: { path: /readyz, port: http{{ if eq $scheme "https" }}, scheme: HTTPS{{ end }} }
        periodSeconds: 2
        failureThreshold: 2
      livenessProbe:
        httpGet: { path: /healthz, port: http{{ if eq $scheme "https" }}, scheme: HTTPS{{ end }} }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      startupProbe:
        httpGet: { path: /healthz, port: http{{ if eq $scheme "https" }}, scheme: HTTPS{{ end }} }
        periodSeconds: 1
        failureThreshold: 60
      # A Pod that leaves is still called until every node and balancer has heard of it: stop listening only then.
      lifecycle:
        preStop:
          exec: { command: [sleep, "5"] }
      resources: {{- toYaml .Values.resources | nindent 8 }}
      {{- with .Values.securityContext }}
      securityContext: {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        - { name: config, mountPath: /etc/eurek8s, readOnly: true }
        {{- if .Values.auth.existingSecret }}
        - { name: auth, mountPath: /etc/eurek8s-auth, readOnly: true }
        {{- end }}
        {{- if .Values.tls.existingSecret }}
        - { name: tls, mountPath: /etc/eurek8s-tls, readOnly: true }
        {{- end }}
        {{- if .Values.snapshot.enabled }}
        - { name: snapshot, mountPath: {{ include "eurek8s.snapshotDirectory" . }} }
        {{- end }}
        {{- with .Values.extraVolumeMounts }}{{ toYaml . | nindent 8 }}{{ end }}
  volumes:
    - name: config
      configMap: { name: {{ include "eurek8s.name" . }} }
    {{- with .Values.auth.existingSecret }}
    - name: auth
      secret: { secretName: {{ . | quote }} }
    {{- end }}
    {{- with .Values.tls.existingSecret }}
    - name: tls
      secret: { secretName: {{ . | quote }} }
    {{- end }}
    {{- if .Values.snapshot.enabled }}
    - name: snapshot
      {{- if .Values.snapshot.claim }}
      persistentVolumeClaim: { claimName: {{ .Values.snapshot.claim | quote }} }
      {{- else }}
      emptyDir: { sizeLimit: {{ .Values.snapshot.sizeLimit | quote }} }
      {{- end }}
    {{- end }}
    {{- with .Values.extraVolumes }}{{ toYaml . | nindent 4 }}{{ end }}
  {{- with .Values.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  affinity:
    {{- if .Values.affinity }}
    {{- toYaml .Values.affinity | nindent 4 }}
    {{- else }}
    podAntiAffinity:
      preferredDuringSchedulingIgnoredDuringExecution:
        - weight: 100
          podAffinityTerm:
            topologyKey: kubernetes.io/hostname
            labelSelector:
              matchLabels: {{- include "eurek8s.selectorLabels" . | nindent 16 }}
    {{- end }}
  {{- with .Values.topologySpreadConstraints }}
  topologySpreadConstraints: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
