import { request, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

export interface WirePort {
  readonly $: number;
  readonly '@enabled': string;
}

/** An instance as an answer shows it. Only what the judge compares, plus the action of a delta. */
export interface WireInstance {
  readonly instanceId: string;
  readonly hostName: string;
  readonly app: string;
  readonly ipAddr: string;
  readonly status: string;
  readonly overriddenStatus?: string;
  readonly port: WirePort;
  readonly securePort?: WirePort;
  readonly dataCenterInfo?: { readonly name: string };
  readonly leaseInfo?: { readonly renewalIntervalInSecs: number; readonly durationInSecs: number };
  readonly homePageUrl?: string;
  readonly statusPageUrl?: string;
  readonly healthCheckUrl?: string;
  readonly vipAddress?: string;
  readonly secureVipAddress?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly actionType?: string;
}

export interface WireApplications {
  readonly versions__delta: string;
  readonly apps__hashcode: string;
  readonly application: readonly { readonly name: string; readonly instance: readonly WireInstance[] }[];
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** One request on a connection of its own. Rejects when there is no whole answer in time. */
export async function ask(
  url: string,
  options: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly timeoutMs: number;
  },
): Promise<WireAnswer> {
  const { method = 'GET', headers = {}, body, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    const question = request(url, { method, headers, agent: false }, (answer) => {
      wireAnswer(answer)
        .then(resolve, reject)
        .finally(() => clearTimeout(timer));
    });
    const timer = setTimeout(() => question.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    question.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    question.end(body);
  });
}

async function wireAnswer(answer: IncomingMessage): Promise<WireAnswer> {
  const bytes = await buffer(answer);
  const text = (answer.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
  return { status: answer.statusCode ?? 0, headers: answer.headers, text };
}

export const JSON_GZIP = { accept: 'application/json', 'accept-encoding': 'gzip' } as const;
export const JSON_PLAIN = { accept: 'application/json' } as const;

export function applicationsOf(text: string): WireApplications {
  return (JSON.parse(text) as { readonly applications: WireApplications }).applications;
}

export function instancesOf(applications: WireApplications): readonly WireInstance[] {
  return applications.application.flatMap(({ instance }) => instance);
}

/** Instances that stand in an application of another name. */
export function misplaced(applications: WireApplications): readonly string[] {
  return applications.application.flatMap(({ name, instance }) =>
    instance.filter(({ app }) => app !== name).map(({ app, instanceId }) => `${app}/${instanceId} in ${name}`),
  );
}

/** Eureka's hash code: each status that occurs, in the order of the alphabet, with the number of its instances. */
export function hashCodeOf(statuses: Iterable<string>): string {
  const counts = new Map<string, number>();
  for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([status, count]) => `${status}_${count}_`)
    .join('');
}
