import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { DEFAULT_LIMITS } from '../../server/http/limits.ts';
import { createServer, type HttpServer, type ServerParts } from '../../server/http/server.ts';
import { systemClock } from '../../server/system/clock.ts';
import { systemTimeSlices } from '../../server/system/time-slices.ts';
import { SILENT_LOG } from './silent-log.ts';

/** The HTTP server without a route: the test adds those that it is about, and then calls `listenBare`. */
export function bareServer(parts: Partial<ServerParts> = {}): HttpServer {
  return createServer({
    log: SILENT_LOG,
    clock: systemClock(() => Date.now()),
    newTimeSlice: systemTimeSlices(),
    countCut: () => undefined,
    countRefusedBody: () => undefined,
    keepAlive: 60_000,
    hasCredentials: false,
    limits: DEFAULT_LIMITS,
    ...parts,
  });
}

/** On a free loopback port until the test ends. Returns its base URL, without a slash at the end. */
export async function listenBare(t: TestContext, http: HttpServer): Promise<string> {
  await http.listen({ host: '127.0.0.1', port: 0 });
  t.after(async () => http.stop());
  const address = http.app.server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return `http://127.0.0.1:${address.port}`;
}
