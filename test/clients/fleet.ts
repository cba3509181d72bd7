import { join } from 'node:path';
import { freePort } from '../testbed/ports.ts';
import type { Ability, Client, ClientOptions, Family } from '../testbed/clients/client.ts';
import { startTap, type Tap, type TappedExchange } from '../testbed/clients/tap.ts';
import { verdictOf, type Verdict } from '../testbed/clients/verdicts.ts';

/** A client under test, with its own relay in front of Eurek8s. */
export interface Member {
  readonly family: Family;
  /** Its instance id; `family.key` is its application. */
  readonly id: string;
  readonly verdicts: Map<Ability, Verdict>;
  readonly client: Client;
  /** Its requests and their answers since the last `mark`. */
  since(): readonly TappedExchange[];
  /** Whether one of its requests is still unanswered. */
  isBusy(): boolean;
  mark(): void;
  stop(): Promise<void>;
}

/** Clients started at a time: on two cores, eight Java programs starting at once would all be slow. */
const STARTING_AT_ONCE = 3;

export async function startFleet(
  families: readonly Family[],
  options: Pick<ClientOptions, 'dir' | 'hosts'> & { readonly url: string },
): Promise<readonly Member[]> {
  const members: Member[] = [];
  const waiting = [...families];
  const starter = async (): Promise<void> => {
    for (let family = waiting.shift(); family !== undefined; family = waiting.shift())
      members.push(await startMember(family, options));
  };
  await Promise.all(Array.from({ length: STARTING_AT_ONCE }, starter));
  return families.flatMap((family) => members.filter((member) => member.family === family));
}

async function startMember(
  family: Family,
  { dir, hosts, url }: Pick<ClientOptions, 'dir' | 'hosts'> & { readonly url: string },
): Promise<Member> {
  const tap: Tap = await startTap(url);
  const id = `${family.key.toLowerCase()}-1`;
  const client = await family
    .start({
      eurekaUrl: `${tap.url}/eureka`,
      dir: join(dir, family.key.toLowerCase()),
      app: family.key,
      id,
      port: await freePort(),
      hosts,
    })
    .catch((error: unknown) => notStarted(error));
  let marked = 0;
  let stopped: Promise<void> | undefined;
  return {
    family,
    id,
    verdicts: new Map(),
    client: { ...client, stop: () => (stopped ??= client.stop()) },
    since: () => tap.exchanges.slice(marked),
    isBusy: () => tap.isBusy(),
    mark: () => {
      marked = tap.exchanges.length;
    },
    stop: async () => {
      await (stopped ?? client.kill()).catch(() => undefined);
      await tap.stop();
    },
  };
}

/** The others go on; every ability of this client then fails with the reason. */
function notStarted(error: unknown): Client {
  const fail = async (): Promise<never> => {
    throw new Error('it did not start', { cause: error });
  };
  return { instances: fail, call: fail, stop: fail, kill: async () => undefined };
}

/**
 * The clients with traits once more, at a stock server: `Member.family` differs only in the name under which they
 * register.
 */
export async function startControls(
  members: readonly Member[],
  options: Pick<ClientOptions, 'dir' | 'hosts'> & { readonly url: string },
): Promise<ReadonlyMap<Member, Member>> {
  const subjects = members.filter(({ family }) => family.traits !== undefined);
  const families = subjects.map(({ family }) => ({ ...family, key: `${family.key}-AT-STOCK` }));
  const controls = await startFleet(families, options);
  return new Map(subjects.flatMap((subject, i) => (controls[i] === undefined ? [] : [[subject, controls[i]]])));
}

/**
 * Tries one ability with every client in parallel, and records the results. `atStock` is the same trial with the
 * clients that are at a stock server.
 */
export async function observe(
  members: readonly Member[],
  ability: Ability,
  attempt: (member: Member) => Promise<void>,
  controls: ReadonlyMap<Member, Member> = new Map(),
  atStock: (control: Member) => Promise<void> = attempt,
): Promise<void> {
  await Promise.all(
    members.map(async (member) => {
      const control = controls.get(member);
      const there = control === undefined ? undefined : () => atStock(control);
      member.verdicts.set(ability, await verdictOf(member.family, ability, () => attempt(member), there));
    }),
  );
}
