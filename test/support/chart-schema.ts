import { format, resolveConfig } from 'prettier';
import { configJsonSchema, type JsonSchema } from '../../server/config/json-schema.ts';

export const chartSchemaFile = new URL('../../helm/eurek8s/values.schema.json', import.meta.url);

const text: JsonSchema = { type: 'string' };
const truth: JsonSchema = { type: 'boolean' };
/** Parts of Kubernetes objects that the chart passes on: the API server judges them. */
const anyObject: JsonSchema = { type: 'object' };
const objects: JsonSchema = { type: 'array', items: { type: 'object' } };
const texts: JsonSchema = { type: 'object', additionalProperties: { type: 'string' } };
/** A number of Pods or a share of them. */
const podCount: JsonSchema = {
  anyOf: [
    { type: 'integer', minimum: 0 },
    { type: 'string', pattern: '^\\d{1,3}%$' },
  ],
};
const port: JsonSchema = { type: 'integer', minimum: 1, maximum: 65_535 };

const strict = (properties: Readonly<Record<string, JsonSchema>>, required: readonly string[] = []): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const own: Readonly<Record<string, JsonSchema>> = {
  // Helm hands it down to every chart that is a part of another.
  global: anyObject,
  image: strict({
    repository: text,
    tag: text,
    pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] },
  }),
  imagePullSecrets: objects,
  replicas: { type: 'integer', minimum: 0 },
  rbac: strict({ create: truth, scope: { enum: ['cluster', 'namespaces'] } }),
  serviceAccount: strict({ create: truth, name: text, annotations: texts }),
  service: strict({
    type: { enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] },
    port,
    annotations: texts,
  }),
  podDisruptionBudget: strict({ enabled: truth, maxUnavailable: podCount }),
  resources: anyObject,
  podAnnotations: texts,
  podLabels: texts,
  nodeSelector: texts,
  tolerations: objects,
  affinity: anyObject,
  topologySpreadConstraints: objects,
  priorityClassName: text,
  terminationGracePeriodSeconds: { type: 'integer', minimum: 10 },
  env: {
    type: 'array',
    items: strict({ name: text, value: text, valueFrom: anyObject }, ['name']),
  },
  extraVolumes: objects,
  extraVolumeMounts: objects,
};

/** helm/eurek8s/values.schema.json: the chart's own values, and the configuration as the option table describes it. */
export async function chartSchema(): Promise<string> {
  const { $schema: _, title, ...config } = configJsonSchema();
  // Set by the chart, to what its Service and probes expect: giving it would have no effect.
  const { listen: _listen, ...properties } = config['properties'] as Readonly<Record<string, JsonSchema>>;
  const schema = {
    // The draft that every Helm understands; nothing in the schema is newer.
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the chart eurek8s',
    ...strict({ ...own, config: { title, ...config, properties } }),
  };
  const style = await resolveConfig(chartSchemaFile);
  return format(JSON.stringify(schema), { ...style, parser: 'json' });
}
