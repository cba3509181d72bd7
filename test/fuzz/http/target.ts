import assert from 'node:assert/strict';
import { fnv } from '../../../shared/model/hash.ts';
import { httpRequest } from '../../support/http-request.ts';
import { startWatchedProcess, type WatchedOptions, type WatchedProcess } from '../../support/watched-process.ts';
import { target, type NamedTarget, type Target, type Verdict } from '../engine/target.ts';
import { bytesOf } from '../input/byte-mutation.ts';
import { inParts } from '../oracle/parts.ts';
import { firstAnswer, statusesIn, type SentAnswer } from './answers.ts';
import { exchange } from './raw-connection.ts';
import { requestBytes } from './request-bytes.ts';

/** Bytes; a process at rest has a tenth of it. */
const MAX_RESIDENT = 1024 * 1024 * 1024;
const AT_ONCE = 16;
/** Nearly all of so many connections are answered: also what is no request, with 400. */
const ENOUGH = 500;
const GOOD = '/eureka/apps/FUZZ-GOOD';
const USER = 'fuzz:only-the-judge-knows';
/** Parameters of a path (`;x=1`) are dropped, as servlet containers do. */
const PROBES =
  /^(?:GET|HEAD|OPTIONS) (?:http:\/\/[^/ ]*)?\/(?:healthz|readyz|actuator(?:;[^/?# ]*)?\/health)(?:;[^/?# ]*)?\/?(?:;[^/?# ]*)?(?:[?#][^ ]*)? /;

/** What must hold of every answer, besides the rules of one target. */
function checkAnswers(input: string, answer: string): SentAnswer | undefined {
  for (const status of statusesIn(answer)) assert.ok(status < 500, `answered ${status}: ${answer.slice(0, 400)}`);
  const first = firstAnswer(answer);
  if (first === undefined || first.status < 400) return first;
  const [, method, path = ''] = /^(\S+) (\S*) HTTP\/1\.1\r\n/.exec(input) ?? [];
  if (!/^\/+(?:peer\/+)?eureka(?:[/?#]|$)/.test(path)) return first;
  const reason = first.headers.get('x-eurek8s-reason');
  assert.match(reason ?? '', /^[\x20-\x7e]{1,1000}$/, `no reason: ${answer.slice(0, 400)}`);
  // Registrations are refused with the texts of stock servers, and older data of a peer with what is registered here.
  const mayHaveText = (method === 'POST' && first.status === 400) || first.status === 409;
  if (!mayHaveText) assert.equal(first.headers.get('content-length') ?? '0', '0', `a body: ${answer.slice(0, 400)}`);
  return first;
}

/** Rejects unless an ordinary client is answered as ever. */
async function checkService(
  { url, runs, resident, log }: WatchedProcess,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  assert.ok(runs(), `the process has ended: ${log()}`);
  const instance = {
    instanceId: 'good-1',
    app: 'FUZZ-GOOD',
    hostName: 'good.example',
    ipAddr: '10.0.0.1',
    status: 'UP',
    vipAddress: 'good',
    dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
  };
  const body = JSON.stringify({ instance });
  const json = { accept: 'application/json', ...headers };
  const registered = await httpRequest(url + GOOD, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  assert.equal(registered.status, 204);
  const read = await httpRequest(`${url}${GOOD}/good-1`, { headers: json });
  assert.equal(read.status, 200);
  const { hostName, status } = (JSON.parse(read.body) as { readonly instance: Readonly<Record<string, unknown>> })
    .instance;
  assert.deepEqual({ hostName, status }, { hostName: 'good.example', status: 'UP' });
  assert.equal((await httpRequest(`${url}/readyz`)).status, 200);
  assert.ok(resident() < MAX_RESIDENT, `the process occupies ${resident()} bytes`);
}

async function openServer(
  options: WatchedOptions,
  headers: Readonly<Record<string, string>>,
  judge: (input: string, first: SentAnswer | undefined, all: string) => void,
): Promise<Target<string>> {
  const server = await startWatchedProcess(options);
  const before = server.resident();
  let [peak, stallMs, busyMs] = [before, 0, 0];
  const byStatus = new Map<number, number>();
  const exchanges = { made: 0, answered: 0 };
  await server.read();
  return {
    generate: requestBytes,
    read: (input) => {
      // More than one address, as one has too few ports for so many connections.
      const address = `127.0.0.${1 + ((fnv(input) >>> 0) % 250)}`;
      return exchange(server.port, address, inParts(input).map(bytesOf));
    },
    judge: (input, answer): Verdict => {
      const first = checkAnswers(input, answer);
      judge(input, first, answer);
      exchanges.made++;
      if (first !== undefined) exchanges.answered++;
      for (const status of statusesIn(answer)) byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
      return first === undefined || first.status >= 400 ? 'refused' : 'accepted';
    },
    atOnce: AT_ONCE,
    between: async () => {
      const { made, answered } = exchanges;
      assert.ok(made < ENOUGH || answered > made / 2, `of ${made} connections ${answered} were answered`);
      await checkService(server, headers);
      peak = Math.max(peak, server.resident());
      const reading = await server.read();
      stallMs = Math.max(stallMs, reading.stallMs);
      busyMs = Math.max(busyMs, reading.busyMs);
    },
    facts: () => [
      `answers by status: ${[...byStatus]
        .toSorted(([a], [b]) => a - b)
        .map(([status, count]) => `${status}: ${count}`)
        .join(', ')}`,
      `the server occupied ${mib(before)} MiB before and at most ${mib(peak)} MiB, its event loop was blocked for ${stallMs.toFixed(0)} ms at most (${busyMs.toFixed(0)} ms of CPU time)`,
    ],
    close: () => server.stop(),
  };
}

function mib(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0);
}

const AUTHORIZATION = { authorization: `Basic ${btoa(USER)}` };
const CREDENTIALS = JSON.stringify([
  { name: 'fuzz', password: USER.slice('fuzz:'.length), rights: ['read', 'register', 'operate'] },
]);

export const HTTP: readonly NamedTarget[] = [
  {
    ...target('http', 'raw bytes to a server process with a registry of its own', () =>
      openServer({ config: { leases: { enabled: true }, log: { level: 'error' } } }, {}, () => undefined),
    ),
    process: true,
  },
  {
    ...target('http-without-rights', 'the same to a server that gives nobody rights: it must answer nobody', () =>
      openServer(
        {
          config: {
            leases: { enabled: true },
            auth: { file: '{directory}/credentials.yaml' },
            log: { level: 'error' },
          },
          files: { 'credentials.yaml': CREDENTIALS },
        },
        AUTHORIZATION,
        (input, first, all) => {
          if (first !== undefined && first.status < 400) assert.match(input, PROBES, `let in: ${all.slice(0, 200)}`);
        },
      ),
    ),
    process: true,
  },
];
