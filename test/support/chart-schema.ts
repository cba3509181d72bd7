import { format, resolveConfig } from 'prettier';
import { configJsonSchema, type JsonSchema } from '../../server/config/json-schema.ts';
import { environmentName, type OptionKey, optionKeys } from '../../server/config/options.ts';
import * as parts from './chart-parts.ts';
import { strict } from './chart-parts.ts';

export const chartSchemaFile = new URL('../../helm/eurek8s/values.schema.json', import.meta.url);

const text: JsonSchema = { type: 'string' };
const truth: JsonSchema = { type: 'boolean' };
/** A number of Pods, or a percentage of them. */
const podCount: JsonSchema = {
  anyOf: [
    { type: 'integer', minimum: 0 },
    { type: 'string', pattern: String.raw`^(100|\d{1,2})%$` },
  ],
};
const port = (minimum: number): JsonSchema => ({ type: 'integer', minimum, maximum: 65_535 });
/** A name that Kubernetes allows for most objects. Empty: the default of the chart. */
const objectName: JsonSchema = { type: 'string', maxLength: 253, pattern: '^([a-z0-9]([a-z0-9.-]*[a-z0-9])?)?$' };

/** Options that the chart itself reads or sets. A variable would override its file without the chart's knowledge. */
const CHART_OPTIONS: readonly OptionKey[] = [
  'listen.host',
  'listen.port',
  'listen.tls.cert',
  'listen.tls.key',
  'listen.tls.clientAuth',
  'listen.tls.port',
  'auth.file',
  'legacy.peerFeed',
  'leases.enabled',
  'selection.namespaces',
  'selection.namespaceSelector',
  'defaults.health',
];
const variables = optionKeys.filter((key) => !CHART_OPTIONS.includes(key)).map(environmentName);

const own: Readonly<Record<string, JsonSchema>> = {
  // Helm passes it to every chart that is a part of another.
  global: { type: 'object' },
  image: parts.image,
  imagePullSecrets: parts.imagePullSecrets,
  replicas: { type: 'integer', minimum: 0 },
  labels: parts.labels,
  annotations: parts.annotations,
  auth: strict({ existingSecret: objectName }),
  tls: strict({ existingSecret: objectName }),
  snapshot: strict({
    enabled: truth,
    claim: objectName,
    sizeLimit: { type: 'string', pattern: String.raw`^\d+(\.\d+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$` },
  }),
  rbac: strict({ create: truth, scope: { enum: ['cluster', 'namespaces'] } }),
  serviceAccount: strict({ create: truth, name: objectName, annotations: parts.annotations }),
  service: strict({
    type: { enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] },
    port: port(1),
    nodePort: port(0),
    ...parts.reach,
    ipFamilyPolicy: parts.ipFamilyPolicy,
    ipFamilies: parts.ipFamilies,
  }),
  peerService: strict({ type: { enum: ['Headless', 'NodePort', 'LoadBalancer'] }, ...parts.reach }),
  podDisruptionBudget: strict({ enabled: truth, maxUnavailable: podCount }),
  networkPolicy: strict({ enabled: truth, from: parts.networkPolicyPeers }),
  monitoring: strict({
    podMonitor: truth,
    alerts: truth,
    dashboard: truth,
    dashboardLabels: parts.labels,
    interval: { type: 'string', pattern: String.raw`^(\d+(ms|s|m|h))+$` },
    labels: parts.labels,
    endpoint: parts.scrapeEndpoint,
  }),
  resources: parts.resources,
  podAnnotations: parts.annotations,
  podLabels: parts.labels,
  podSecurityContext: parts.podSecurityContext,
  securityContext: parts.securityContext,
  nodeSelector: parts.nodeSelector,
  tolerations: parts.tolerations,
  affinity: parts.affinity,
  topologySpreadConstraints: parts.topologySpreadConstraints,
  priorityClassName: objectName,
  terminationGracePeriodSeconds: { type: 'integer', minimum: 10 },
  env: {
    type: 'array',
    items: strict(
      {
        // The server refuses unknown variables with its prefix.
        name: { type: 'string', minLength: 1, anyOf: [{ enum: variables }, { not: { pattern: '^EUREK8S_' } }] },
        value: text,
        valueFrom: parts.valueFrom,
      },
      ['name'],
    ),
  },
  extraVolumes: parts.extraVolumes,
  extraVolumeMounts: parts.extraVolumeMounts,
};

/** helm/eurek8s/values.schema.json: the values of the chart, and the configuration by the option table. */
export async function chartSchema(): Promise<string> {
  const { $schema: _, title, ...config } = configJsonSchema();
  const { listen = {}, ...properties } = config['properties'] as Readonly<Record<string, JsonSchema>>;
  // The chart sets these to what its Service and probes expect. A value would have no effect.
  const { host: _host, port: _port, ...others } = listen['properties'] as Readonly<Record<string, JsonSchema>>;
  const schema = {
    // The draft that every version of Helm supports. The schema needs nothing newer.
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the chart eurek8s',
    ...strict({
      ...own,
      config: { title, ...config, properties: { listen: { ...listen, properties: others }, ...properties } },
    }),
  };
  const style = await resolveConfig(chartSchemaFile);
  return format(JSON.stringify(schema), { ...style, parser: 'json' });
}
