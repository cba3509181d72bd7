import type { JsonSchema } from '../../server/config/json-schema.ts';

export const strict = (
  properties: Readonly<Record<string, JsonSchema | boolean>>,
  required: readonly string[] = [],
): JsonSchema => ({ type: 'object', properties, required, additionalProperties: false });

/** Parts of Kubernetes objects that the chart passes on. The API server checks values, but it drops a misspelt key. */
const keys = (...known: readonly string[]): JsonSchema => strict(Object.fromEntries(known.map((key) => [key, true])));
const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
const orEmpty = (pattern: string): JsonSchema => ({ type: 'string', pattern: `^(${pattern})?$` });

const quantity: JsonSchema = {
  anyOf: [
    { type: 'number', minimum: 0 },
    { type: 'string', pattern: String.raw`^\+?(\d+\.?\d*|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$` },
  ],
};
const quantities: JsonSchema = { type: 'object', additionalProperties: quantity };
export const resources = strict({ limits: quantities, requests: quantities, claims: listOf(keys('name', 'request')) });

const LABEL_NAME = '[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?';
const LABEL_KEY = `^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?${LABEL_NAME}$`;
const keyed = (value: JsonSchema): JsonSchema => ({
  type: 'object',
  patternProperties: { [LABEL_KEY]: value },
  additionalProperties: false,
});
/** Labels of Pods or of all objects. The schema refuses the two labels that select the Pods. */
export const labels: JsonSchema = {
  description:
    'Each key once: a label of the chart is replaced. app.kubernetes.io/name and app.kubernetes.io/instance select the Pods and cannot be.',
  ...keyed(orEmpty(LABEL_NAME)),
  properties: { 'app.kubernetes.io/name': false, 'app.kubernetes.io/instance': false },
};
export const annotations = keyed({ type: 'string' });
export const nodeSelector = keyed(orEmpty(LABEL_NAME));

/** Both kinds of Service that the chart makes. */
export const reach: Readonly<Record<string, JsonSchema>> = {
  annotations,
  loadBalancerClass: orEmpty(`([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?${LABEL_NAME}`),
  loadBalancerSourceRanges: listOf({ type: 'string', pattern: String.raw`^[0-9a-fA-F:.]+/\d{1,3}$` }),
  externalTrafficPolicy: { enum: ['', 'Cluster', 'Local'] },
};
export const ipFamilyPolicy: JsonSchema = { enum: ['', 'SingleStack', 'PreferDualStack', 'RequireDualStack'] };
export const ipFamilies: JsonSchema = {
  ...listOf({ enum: ['IPv4', 'IPv6'] }),
  maxItems: 2,
  uniqueItems: true,
};

export const networkPolicyPeers = listOf(keys('podSelector', 'namespaceSelector', 'ipBlock'));

/** What the chart sets itself is left out: port, path, scheme and interval. */
export const scrapeEndpoint = keys(
  'authorization',
  'basicAuth',
  'bearerTokenSecret',
  'tlsConfig',
  'scrapeTimeout',
  'relabelings',
  'metricRelabelings',
  'honorLabels',
  'params',
  'proxyUrl',
);

export const image = strict({
  repository: { type: 'string', pattern: String.raw`^[A-Za-z0-9._-]+(:\d+)?(/[a-z0-9._-]+)*$` },
  tag: orEmpty('[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}'),
  digest: orEmpty('sha256:[0-9a-f]{64}'),
  pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] },
});
export const imagePullSecrets = listOf(strict({ name: { type: 'string', minLength: 1 } }, ['name']));

const anyContext = ['appArmorProfile', 'runAsGroup', 'runAsNonRoot', 'runAsUser', 'seLinuxOptions', 'seccompProfile'];
export const podSecurityContext = keys(
  ...anyContext,
  'fsGroup',
  'fsGroupChangePolicy',
  'seLinuxChangePolicy',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'sysctls',
);
export const securityContext = keys(
  ...anyContext,
  'allowPrivilegeEscalation',
  'capabilities',
  'privileged',
  'procMount',
  'readOnlyRootFilesystem',
);

export const tolerations = listOf(keys('key', 'operator', 'value', 'effect', 'tolerationSeconds'));
export const affinity = keys('nodeAffinity', 'podAffinity', 'podAntiAffinity');
export const topologySpreadConstraints = listOf(
  keys(
    'maxSkew',
    'topologyKey',
    'whenUnsatisfiable',
    'labelSelector',
    'matchLabelKeys',
    'minDomains',
    'nodeAffinityPolicy',
    'nodeTaintsPolicy',
  ),
);

export const valueFrom = keys('configMapKeyRef', 'fieldRef', 'fileKeyRef', 'resourceFieldRef', 'secretKeyRef');
/** `config` is the volume of the chart itself. */
const volumeName: JsonSchema = { type: 'string', minLength: 1, not: { enum: ['config', 'snapshot'] } };
export const extraVolumes = listOf({ type: 'object', properties: { name: volumeName }, required: ['name'] });
export const extraVolumeMounts = listOf(
  strict(
    {
      name: { type: 'string', minLength: 1 },
      mountPath: { type: 'string', minLength: 1, not: { const: '/etc/eurek8s' } },
      mountPropagation: true,
      readOnly: true,
      recursiveReadOnly: true,
      subPath: true,
      subPathExpr: true,
    },
    ['name', 'mountPath'],
  ),
);
