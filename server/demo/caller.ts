import { request } from 'undici';
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
  readonly vipAddress?: string;
  readonly port: { readonly $: number };
}

interface WireApplications {
  readonly applications: { readonly application: readonly { readonly instance: readonly WireInstance[] }[] };
}

/** One turn around the list of a service: the instance that answered, or why none did → number of calls. */
export interface Turn {
  readonly service: string;
  readonly answers: ReadonlyMap<string, number>;
}

const REFRESH_MS = 500;

/**
 * Calls services as Ribbon does: it fetches the registry at intervals, keeps the UP entries of a vip, goes round robin
 * over them, and sends the host name of the entry as Host header. Ribbon resolves that name. Here the name does not
 * exist, so the connection goes to the address of the entry. The returned function stops it.
 */
export function startCaller(
  eureka: string,
  services: readonly string[],
  clock: Clock,
  report: (turns: readonly Turn[]) => void,
): () => void {
  let stopped = false;
  let cancel: () => void = () => undefined;
  const round = async (): Promise<void> => {
    const registry = await fetchRegistry(eureka);
    const turns = await Promise.all(services.map((service) => turnAround(service, registry.get(service) ?? [])));
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
  return () => {
    stopped = true;
    cancel();
  };
}

async function fetchRegistry(eureka: string): Promise<ReadonlyMap<string, readonly Target[]>> {
  const answer = await request(`${eureka}/apps/`, { headers: { accept: 'application/json' } });
  if (answer.statusCode !== 200) {
    await answer.body.dump();
    throw new Error(`status ${answer.statusCode}`);
  }
  const document = (await answer.body.json()) as WireApplications;
  const targets = new Map<string, Target[]>();
  for (const { instance } of document.applications.application)
    for (const { status, hostName, ipAddr, vipAddress, port } of instance) {
      if (status !== 'UP' || vipAddress === undefined) continue;
      const list = targets.get(vipAddress) ?? [];
      list.push({ host: hostName, address: ipAddr, port: port.$ });
      targets.set(vipAddress, list);
    }
  return targets;
}

async function turnAround(service: string, targets: readonly Target[]): Promise<Turn> {
  const answers = new Map<string, number>();
  const count = (who: string): void => void answers.set(who, (answers.get(who) ?? 0) + 1);
  if (targets.length === 0) count('no UP instance');
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
