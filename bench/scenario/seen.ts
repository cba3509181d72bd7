import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../load/ask.ts';
import type { keptConnections } from '../load/ask.ts';

const EVERY_MS = 1;
const LIMIT_MS = 20_000;

export interface Watched {
  /** Of the resource to ask, as JSON. */
  readonly url: string;
  readonly agent: ReturnType<typeof keptConnections>;
}

/** Asks all the time until an answer shows the change; the moment at which that answer was complete. */
export async function seenAt({ url, agent }: Watched, shows: (body: string) => boolean): Promise<number> {
  const end = performance.now() + LIMIT_MS;
  while (performance.now() < end) {
    const { body } = await ask(url, { headers: { accept: 'application/json' }, agent });
    if (shows(body.toString())) return performance.now();
    await sleep(EVERY_MS);
  }
  throw new Error(`a change was not seen at ${url} within ${LIMIT_MS} ms`);
}
