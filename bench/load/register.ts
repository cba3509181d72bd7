import type { RegistrationBody } from '../data/registry.ts';
import { ask, keptConnections } from './ask.ts';

const CONNECTIONS = 16;

export interface Registered {
  readonly count: number;
  readonly seconds: number;
  /** Whether all were registered before the time was over. */
  readonly complete: boolean;
}

/** Registers instances as clients do, 16 at a time, in the order given; stops when `limitMs` is over. */
export async function registerAll(
  url: string,
  all: Iterable<RegistrationBody>,
  limitMs = Number.POSITIVE_INFINITY,
): Promise<Registered> {
  const agent = keptConnections(CONNECTIONS);
  const queue = all[Symbol.iterator]();
  const started = performance.now();
  let count = 0;
  let complete = true;
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) {
      if (performance.now() - started > limitMs) {
        complete = false;
        return;
      }
      await register(url, next.value, agent);
      count++;
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  } finally {
    agent.destroy();
  }
  return { count, seconds: (performance.now() - started) / 1000, complete };
}

export async function register(
  url: string,
  { app, id, body }: RegistrationBody,
  agent: ReturnType<typeof keptConnections>,
): Promise<void> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const answer = await ask(`${url}/eureka/apps/${app}`, { method: 'POST', headers, body, agent });
  if (answer.status === 204) return;
  throw new Error(`registering ${app}/${id} at ${url} was answered ${answer.status}: ${answer.body.toString('utf8')}`);
}
