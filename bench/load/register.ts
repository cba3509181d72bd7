import type { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  instanceCount,
  REGISTER_HEADERS,
  REGISTERED_AT,
  spreadRegistration,
  type Registration,
  type RegistrySize,
} from '../data/registry.ts';
import { ask, keptConnections, sixteenAtOnce } from './ask.ts';

/** Registers instances as clients do. */
export async function registerAll(url: string, all: Iterable<Registration>): Promise<void> {
  await sixteenAtOnce(all, (each, agent) => register(url, each, agent), url);
}

/** Instances that are changed in turn, spread over the registry: as when services are deployed one after the other. */
const CHANGED_INSTANCES = 500;
/**
 * Changes of each server so far, by its URL. Servers keep the registration with the latest timestamp, so it must grow with
 * every change. And servers that are compared get the same changes, each in its turn.
 */
const changesOf = new Map<string, number>();

/**
 * Registers instances again with another metadata value, at a fixed rate whatever the answers take: a slow server must
 * not have less to do. `instances`: so many are changed in turn. After `over` and the last answer it resolves with the text that a current answer contains.
 */
export async function changeUntil(
  over: AbortSignal,
  url: string,
  size: RegistrySize,
  perSecond: number,
  instances: number = CHANGED_INSTANCES,
) {
  const agent = keptConnections(32);
  const sent: Promise<void>[] = [];
  const begun = performance.now();
  let changes = changesOf.get(url) ?? 0;
  while (!over.aborted) {
    for (; sent.length < ((performance.now() - begun) / 1000) * perSecond; changes++) {
      const variant = { marker: `change-${changes}`, dirtyAt: REGISTERED_AT + changes };
      const count = Math.min(instances, instanceCount(size));
      const changed = spreadRegistration(size, changes, count, variant);
      // Once more: its connection may be one that the server was just closing.
      sent.push(register(url, changed, agent).catch(async () => register(url, changed, agent)));
    }
    await sleep(1000 / perSecond, undefined, { signal: over }).catch(() => undefined);
  }
  changesOf.set(url, changes);
  await Promise.all(sent);
  agent.destroy();
  return `"marker":"change-${changes - 1}"`;
}

async function register(url: string, { app, id, body }: Registration, agent: Agent): Promise<void> {
  const answer = await ask(`${url}/eureka/apps/${app}`, { method: 'POST', headers: REGISTER_HEADERS, body, agent });
  if (answer.status === 204) return;
  throw new Error(`registering ${app}/${id} at ${url} was answered ${answer.status}: ${answer.body.toString('utf8')}`);
}
