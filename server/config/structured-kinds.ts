import { Type } from 'typebox';
import { parseAddressOrHost } from '../../shared/address/address-or-host.ts';
import type { ApplicationConfig, ClusterConfig, ManifestsConfig } from '../../shared/config/config.ts';
import { POLICIES } from '../../shared/contribution/policy.ts';
import { appName, type AppName } from '../../shared/model/names.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { judgedAll, kind } from './kinds.ts';
import { parseDuration } from '../../shared/text/duration.ts';
import { DNS_LABEL_PATTERN, dnsLabel } from './names.ts';
import type { ValueProblem } from './problem.ts';
import { durationPattern } from './quantities.ts';
import { ADDRESS_OR_HOST_PATTERN } from './text-patterns.ts';

/** Surrounding blanks do not count. */
const ONE_VIP_PATTERN = String.raw`^[^,]*[^,\s][^,]*$`;

/** Milliseconds. */
const MIN_MAX_AGE_MS = 1_000;

const strict = { additionalProperties: false } as const;
const sourceName = Type.String({
  pattern: DNS_LABEL_PATTERN,
  description: 'a DNS label (lower-case letters, digits and dashes, at most 63)',
});
/** What only the published schema has: the messages for a refusal come from `read`. */
interface Published {
  readonly pattern?: string;
  readonly anyOf?: readonly unknown[];
}

const clustersSchema = (item: Published) =>
  Type.Array(
    Type.Object(
      {
        name: sourceName,
        kubeconfig: Type.Optional(Type.String({ minLength: 1, description: 'the path of a kubeconfig file' })),
        context: Type.Optional(
          Type.String({ minLength: 1, description: 'the name of a context of the kubeconfig file' }),
        ),
        inCluster: Type.Optional(Type.Boolean({ description: 'true or false' })),
        required: Type.Optional(Type.Boolean({ description: 'true or false' })),
        maxAge: Type.Optional(
          Type.String({
            pattern: `^$|(?:${durationPattern(MIN_MAX_AGE_MS)})`,
            description: 'a duration such as 30m or 1h, at least 1s, or "" for none',
          }),
        ),
      },
      {
        ...strict,
        ...item,
        description:
          'a cluster: { name, kubeconfig, context } or { name, inCluster: true }; and required: false, maxAge: 30m',
      },
    ),
    { description: 'a list of clusters: [{ name, kubeconfig, context }, …]' },
  );
const clusterAccess = [
  { required: ['inCluster'], properties: { inCluster: { const: true }, kubeconfig: false, context: false } },
  { required: ['kubeconfig'], properties: { inCluster: { const: false } } },
];

export const clusters = kind(
  'yaml',
  'yaml',
  clustersSchema({}),
  (given): Result<readonly ClusterConfig[], readonly ValueProblem[]> => {
    const values: ClusterConfig[] = [];
    const problems: ValueProblem[] = [];
    for (const [position, { kubeconfig, context, inCluster, maxAge = '', ...each }] of given.entries()) {
      const limit = parseDuration(maxAge);
      const common = {
        name: each.name,
        required: each.required ?? true,
        ...(limit !== undefined && { maxAge: limit }),
      };
      const problem = (message: string): void => void problems.push({ path: [position], message });
      if (inCluster === true && (kubeconfig !== undefined || context !== undefined))
        problem('inCluster: true excludes kubeconfig and context');
      else if (inCluster === true) values.push({ ...common, inCluster: true });
      // Never a silent default: ~/.kube/config may point at anything.
      else if (kubeconfig === undefined)
        problem('needs either kubeconfig: FILE (and context: NAME) or inCluster: true');
      else values.push({ ...common, inCluster: false, kubeconfig, context });
    }
    return problems.length > 0 ? err(problems) : ok(values);
  },
  clustersSchema({ anyOf: clusterAccess }),
);

export const manifests = kind(
  'yaml',
  'yaml',
  Type.Array(
    Type.Object(
      { name: sourceName, directory: Type.String({ minLength: 1, description: 'the path of a directory' }) },
      { ...strict, description: 'a directory of manifests: { name, directory }' },
    ),
    { description: 'a list of manifest directories: [{ name, directory }, …]' },
  ),
  (given): Result<readonly ManifestsConfig[], readonly ValueProblem[]> => ok(given),
);

const addressesSchema = (address: Published) =>
  Type.Record(
    Type.String(),
    Type.Array(Type.String({ ...address, description: 'an IP address or host name' }), {
      minItems: 1,
      description: 'a list of addresses: [10.0.0.7, …]',
    }),
    { description: 'a map: { ingress class: [addresses of its load balancer] }' },
  );

export const addresses = kind(
  'yaml',
  'yaml',
  addressesSchema({}),
  (given) => readEntries(Object.entries(given), (texts) => judgedAll(texts, parseAddressOrHost)),
  addressesSchema({ pattern: ADDRESS_OR_HOST_PATTERN }),
);

const applicationsSchema = (namespace: Published) =>
  Type.Record(
    Type.String(),
    Type.Object(
      {
        policy: Type.Optional(
          Type.Enum([...POLICIES], {
            description: `one of ${POLICIES.join(', ')}`,
          }),
        ),
        namespaces: Type.Optional(
          Type.Array(Type.String({ minLength: 1, ...namespace, description: 'the name of a namespace' }), {
            description: 'a list: [the name of a namespace, …]',
          }),
        ),
        vips: Type.Optional(
          Type.Array(Type.String({ pattern: ONE_VIP_PATTERN, description: 'a vip address, without a comma' }), {
            description: 'a list: [a vip address, …]',
          }),
        ),
      },
      { ...strict, description: 'settings of an application: { policy, namespaces, vips }' },
    ),
    { description: 'a map: { APPLICATION: { policy, namespaces, vips } }' },
  );

export const applications = kind(
  'yaml',
  'yaml',
  applicationsSchema({}),
  (given): Result<ReadonlyMap<AppName, ApplicationConfig>, readonly ValueProblem[]> => {
    const entries = readEntries(Object.entries(given), ({ policy, namespaces = [], vips }) => {
      const judged = judgedAll(namespaces, dnsLabel);
      return judged.ok
        ? ok({ policy, namespaces: judged.value, ...(vips !== undefined && { vips }) })
        : err(below('namespaces', judged.error));
    });
    if (!entries.ok) return entries;
    const values = new Map<AppName, ApplicationConfig>();
    for (const [name, value] of entries.value) {
      // Eureka ignores case, so `bob` beside `BOB` is one application with two settings.
      if (values.has(appName(name))) return err([{ path: [name], message: 'is given twice (case does not count)' }]);
      values.set(appName(name), value);
    }
    return ok(values);
  },
  applicationsSchema({ pattern: DNS_LABEL_PATTERN }),
);

function readEntries<V, T>(
  entries: readonly (readonly [string, V])[],
  read: (value: V) => Result<T, readonly ValueProblem[]>,
): Result<ReadonlyMap<string, T>, readonly ValueProblem[]> {
  const values = new Map<string, T>();
  const problems: ValueProblem[] = [];
  for (const [name, value] of entries) {
    const result = read(value);
    if (result.ok) values.set(name, result.value);
    else problems.push(...below(name, result.error));
  }
  return problems.length > 0 ? err(problems) : ok(values);
}

function below(step: string, problems: readonly ValueProblem[]): readonly ValueProblem[] {
  return problems.map(({ path, message }) => ({ path: [step, ...path], message }));
}
