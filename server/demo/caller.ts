import { Agent, request } from 'undici';
import type { Clock } from '../ports/clock.ts';

/** What a caller needs of an UP entry. */
interface Target {
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

interface WireInstance {
  readonly status: string;
  readonly hostName: string;
  readonly ipAddr: string;
  readonly port: { readonly $: number };
}

interface WireApplications {
  readonly applications: { readonly application: readonly { readonly instance: readonly WireInstance[] }[] };
}

/** One turn around the list of a service: the instance that answered, or why none did → number of calls; empty: none is UP. */
export interface Turn {
  readonly service: string;
  readonly answers: ReadonlyMap<string, number>;
}

const REFRESH_MS = 500;

/** Who it is for the registry, in the headers that a Java client sends. */
function headersFrom(address: string): Readonly<Record<string, string>> {
  return {
    accept: 'application/json',
    'user-agent': 'eurek8s-demo-caller',
    'discoveryidentity-name': 'DefaultClient',
    'discoveryidentity-version': '1.4',
    'discoveryidentity-id': address,
  };
}

/**
 * Calls services as Ribbon does: it asks for the entries of a vip at intervals, keeps those that are UP, goes round robin
 * over them, and sends the host name of the entry as Host header. Ribbon resolves that name. Here the name does not
 * exist, so the connection goes to the address of the entry. `address`: its own, on loopback. The returned function stops
 * it.
 */
export function startCaller(
  eureka: string,
  services: readonly string[],
  address: string,
  clock: Clock,
  report: (turns: readonly Turn[]) => void,
): () => Promise<void> {
  const agent = new Agent({ localAddress: address });
  let stopped = false;
  let cancel: () => void = () => undefined;
  const round = async (): Promise<void> => {
    const found = await Promise.all(services.map((service) => targetsOf(service, eureka, address, agent)));
    const turns = await Promise.all(services.map((service, i) => turnAround(service, found[i] ?? [])));
    if (!stopped) report(turns);
  };
  const schedule = (): void => {
    if (stopped) return;
    // A caller that cannot reach the registry keeps its last view and asks again.
    cancel = clock.after(
      REFRESH_MS,
      () =>
        void round()
          .catch(() => undefined)
          .finally(schedule),
    );
  };
  void round()
    .catch(() => undefined)
    .finally(schedule);
  return async () => {
    stopped = true;
    cancel();
    await agent.destroy();
  };
}

/** By vip, as a client does that knows whom it calls; most Java clients fetch the whole registry. */
async function targetsOf(
  service: string,
  eureka: string,
  address: string,
  dispatcher: Agent,
): Promise<readonly Target[]> {
  const answer = await request(`${eureka}/vips/${service}`, { headers: headersFrom(address), dispatcher });
  if (answer.statusCode !== 200) {
    await answer.body.dump();
    if (answer.statusCode === 404) return [];
    throw new Error(`status ${answer.statusCode}`);
  }
  const { applications } = (await answer.body.json()) as WireApplications;
  return applications.application
    .flatMap(({ instance }) => instance)
    .filter(({ status }) => status === 'UP')
    .map(({ hostName, ipAddr, port }) => ({ host: hostName, address: ipAddr, port: port.$ }));
}

async function turnAround(service: string, targets: readonly Target[]): Promise<Turn> {
  const answers = new Map<string, number>();
  const count = (who: string): void => void answers.set(who, (answers.get(who) ?? 0) + 1);
  for (const target of targets) count(await call(target));
  return { service, answers };
}

async function call({ host, address, port }: Target): Promise<string> {
  try {
    const answer = await request(`http://${address}:${port}/`, { headers: { host: `${host}:${port}` } });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) return `status ${answer.statusCode} from ${host}`;
    const { answeredBy, world } = JSON.parse(text) as { readonly answeredBy: string; readonly world: string };
    return `${answeredBy} (${world})`;
  } catch (cause) {
    return `no answer from ${host}: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}
