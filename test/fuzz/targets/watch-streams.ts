import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { Login } from '../../../server/sources/kubernetes/login.ts';
import { PluginRuns } from '../../../server/sources/kubernetes/plugin-runs.ts';
import { followStream, type WatchEnd, type WatchEvent } from '../../../server/sources/kubernetes/watch-stream.ts';
import { systemClock } from '../../../server/system/clock.ts';
import { rawRecord } from '../../../shared/data/raw-data.ts';
import type { Random } from '../engine/random.ts';
import { target } from '../engine/target.ts';
import { bytesOf, mutatedBytes, utf8Bytes } from '../input/byte-mutation.ts';
import { clusterObjects } from '../input/cluster-files.ts';
import { mutatedJson } from '../input/json-mutation.ts';
import { inParts } from '../oracle/parts.ts';

/** The body ends with the connection. */
const GOOD_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n';
const HEADS = [
  GOOD_HEAD,
  GOOD_HEAD,
  GOOD_HEAD,
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"typ\r\n',
  'HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n',
  'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n',
  'HTTP/1.1 410 Gone\r\nconnection: close\r\n\r\n',
  'HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\nconnection: close\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
];
const TYPES = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'];
const WORDS = [
  ...TYPES,
  'ERROR',
  'type',
  'object',
  'metadata',
  'resourceVersion',
  'code',
  'message',
  'reason',
  'Expired',
];
/** Generous: the server sends everything at once. */
const SILENCE_MS = 30_000;

function lines(random: Random): string {
  const objects = JSON.parse(random.pick(clusterObjects())) as readonly unknown[];
  const events = objects.map((object) => JSON.stringify({ type: random.pick(TYPES), object }));
  if (random.chance(0.2))
    events.push(JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }));
  const at = random.below(events.length + 1);
  return (
    events.map((event, i) => (i === at ? mutatedJson(event, random, WORDS) : event)).join('\n') +
    random.pick(['\n', '\n', '', '\r\n'])
  );
}

/** The events that a whole stream of lines tells of. A line that is no event tells of none. */
function eventsIn(body: string): readonly WatchEvent[] {
  const events: WatchEvent[] = [];
  for (const line of Buffer.from(body, 'latin1')
    .toString('utf8')
    .split(/\r\n|[\n\r\u2028\u2029]/)) {
    let parsed: unknown;
    try {
      parsed = JSON.parse(line);
    } catch {
      continue;
    }
    const { type, object } = rawRecord(parsed);
    if (type === 'ERROR') break;
    if (typeof type === 'string' && TYPES.includes(type)) events.push({ type: type as WatchEvent['type'], object });
  }
  return events;
}

export interface Followed {
  readonly end: WatchEnd;
  readonly events: readonly WatchEvent[];
}

export const WATCH_STREAMS = target<Followed>(
  'watch-streams',
  'what an API server sends on the connection of a watch',
  async () => {
    const answers = new Map<string, string>();
    let asked = 0;
    const events = { sent: 0, taken: 0 };
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (head: Buffer) => {
        const number = /^GET \/watch\/(\d+)/.exec(head.toString('latin1'))?.[1] ?? '';
        for (const part of inParts(answers.get(number) ?? '')) socket.write(bytesOf(part));
        socket.end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const config = new KubeConfig();
    config.loadFromOptions({
      clusters: [{ name: 'c', server: `http://127.0.0.1:${port}`, skipTLSVerify: true }],
      users: [{ name: 'u' }],
      contexts: [{ name: 'x', cluster: 'c', user: 'u' }],
      currentContext: 'x',
    });
    const clock = systemClock(Date.now);
    const login = new Login(
      { config, tokenFile: undefined, plugin: undefined },
      { clock, runs: new PluginRuns(clock, SILENCE_MS) },
    );
    return {
      generate: (random) => {
        const bytes = random.pick(HEADS) + utf8Bytes(lines(random));
        return random.chance(0.3) ? mutatedBytes(bytes, random, WORDS) : bytes;
      },
      read: async (input) => {
        const number = String(asked++);
        answers.set(number, input);
        const taken: WatchEvent[] = [];
        const request = { path: `/watch/${number}`, query: { watch: true }, clock, silenceLimit: SILENCE_MS };
        const listener = {
          opened: () => undefined,
          event: (event: WatchEvent) => (taken.push(event), 'taken' as const),
        };
        const end = await followStream(() => login, request, listener, AbortSignal.timeout(2 * SILENCE_MS));
        answers.delete(number);
        return { end, events: taken };
      },
      judge: (input, { end, events: taken }) => {
        assert.notEqual(end.kind, 'stopped', 'the stream neither went on nor ended');
        // The end may come before the last events; the next stream goes on from those that were taken.
        if (input.startsWith(GOOD_HEAD)) {
          const sent = eventsIn(input.slice(GOOD_HEAD.length));
          assert.deepEqual(taken, sent.slice(0, taken.length));
          events.sent += sent.length;
          events.taken += taken.length;
        }
        for (const { type } of taken) assert.ok(TYPES.includes(type));
        return end.kind === 'closed' && end.failure === undefined ? 'accepted' : 'refused';
      },
      atOnce: 8,
      between: async () => {
        const { sent, taken } = events;
        assert.ok(sent < 200 || taken > sent / 2, `of ${sent} events ${taken} were taken`);
      },
      facts: () => [`of ${events.sent} events of good streams ${events.taken} were taken`],
      close: async () => {
        server.close();
        await once(server, 'close');
      },
    };
  },
);
