type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const duration: Schema = {
  type: 'string',
  pattern: '^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$',
};
const texts: Schema = { type: 'object', additionalProperties: text };
const object = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
});
const listOf = (items: Schema): Schema => ({ type: 'array', items });
const secretKey = object({ name: text, key: text }, ['key']);

const podMonitor = object(
  {
    selector: object({ matchLabels: texts }),
    podMetricsEndpoints: listOf(
      object({
        port: text,
        path: text,
        scheme: { type: 'string', enum: ['http', 'https', 'HTTP', 'HTTPS'] },
        interval: duration,
        tlsConfig: object({ insecureSkipVerify: { type: 'boolean' } }),
        basicAuth: object({ username: secretKey, password: secretKey }),
      }),
    ),
  },
  ['selector'],
);

const prometheusRule = object({
  groups: listOf(
    object(
      {
        name: { type: 'string', minLength: 1 },
        rules: listOf(object({ alert: text, expr: text, for: duration, labels: texts, annotations: texts }, ['expr'])),
      },
      ['name'],
    ),
  ),
});

function definition(kind: string, plural: string, spec: Schema): Schema {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.monitoring.coreos.com` },
    spec: {
      group: 'monitoring.coreos.com',
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: object({ spec }, ['spec']) },
        },
      ],
    },
  };
}

/**
 * Stand for the definitions of the Prometheus operator: the fields that the chart uses, as the operator names and types
 * them. A field that is not among them is refused with `--validate=strict`.
 */
export const MONITORING_DEFINITIONS: readonly Schema[] = [
  definition('PodMonitor', 'podmonitors', podMonitor),
  definition('PrometheusRule', 'prometheusrules', prometheusRule),
];
