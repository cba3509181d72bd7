import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { httpRequest } from '../support/http-request.ts';
import { serveProcess } from '../support/served-process.ts';
import { keyOf } from './fleet.ts';
import { instanceOf, registerWith } from './own-registry.ts';
import { until } from '../testbed/until.ts';
import { faultRow, PATIENCE } from './row.ts';
import { Truth } from './truth.ts';

const STORM = 1_000;
/** As many clients register at the same time. */
const LANES = 25;
const SLOW_READERS = 50;
const LARGE_INSTANCES = 100;
/** Some of the slow readers ask for more than the kernel keeps for them. */
const GREEDY = 5;
const ANSWERS = 12;

function cutForSlowness(metrics: string): number {
  return Number(/^eurek8s_connections_cut_total\{reason="slow"\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
}

// How much of it is bounded, and how it does under load, is measured elsewhere: here answers are judged.
describe('clients that are too many, too slow or too much', () => {
  faultRow(
    { area: 'clients', fault: 'a storm of registrations', how: `${STORM} instances register, ${LANES} at a time` },
    async (row) => {
      const served = await serveProcess(row.t, row.directory, { leases: { enabled: true } });
      await served.ready();
      const truth = new Truth();
      for (let n = 0; n < 5; n++) await registerWith(served, truth, instanceOf(n));
      row.judge({ url: served.url, truth, renewed: keyOf(instanceOf(0)), everyMs: 500 });
      let next = 5;
      const lane = async (): Promise<void> => {
        while (next < STORM) await registerWith(served, truth, instanceOf(next++));
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      row.ended();
      await row.right('all are served', async () => {
        const { body } = await served.get('/eureka/apps', { accept: 'application/json' });
        return body.split('"instanceId"').length - 1 === STORM;
      });
      await sleep(1_000);
    },
  );

  faultRow(
    {
      area: 'clients',
      fault: 'slow readers',
      how: `${SLOW_READERS} clients ask for a registry of some 3 MB and read nothing; others send half a request`,
    },
    async (row) => {
      const served = await serveProcess(row.t, row.directory, { leases: { enabled: true } });
      await served.ready();
      const truth = new Truth();
      const metadata = { large: 'x'.repeat(30_000) };
      for (let n = 0; n < LARGE_INSTANCES; n++) await registerWith(served, truth, instanceOf(n, metadata));
      row.judge({ url: served.url, truth, renewed: keyOf(instanceOf(0)), everyMs: 500 });
      const sockets = Array.from({ length: 2 * SLOW_READERS }, (_, n) => {
        const socket = connect(served.port, '127.0.0.1').on('error', () => undefined);
        const begun = 'GET /eureka/apps HTTP/1.1\r\nhost: x\r\naccept: application/json\r\n';
        // One answer finds room in the kernel, which keeps it for a client that never reads; many do not.
        socket.pause().write(n % 2 === 0 ? `${begun}\r\n`.repeat(n < 2 * GREEDY ? ANSWERS : 1) : `${begun}x-half: `);
        return socket;
      });
      row.t.after(() => sockets.forEach((socket) => socket.destroy()));
      // Half a request has 15 s, an answer that is not read a minute.
      const metrics = async (): Promise<string> => (await served.get('/metrics')).body;
      await row.shown('`eurek8s_connections_cut_total`', async () =>
        /^eurek8s_connections_cut_total\{reason="timeout"\} [1-9]/m.test(await metrics()),
      );
      await until('those who do not read are cut off', async () => cutForSlowness(await metrics()) >= GREEDY, PATIENCE);
      row.ended();
      for (const socket of sockets) socket.destroy();
      await row.right('reads are answered', async () => (await served.get('/readyz')).status === 200);
    },
  );

  faultRow(
    {
      area: 'clients',
      fault: 'oversized and malformed requests',
      how: 'bodies of 1 MB, half JSON, XML bombs, bytes that are no HTTP, headers of 32 KB',
    },
    async (row) => {
      const served = await serveProcess(row.t, row.directory, { leases: { enabled: true } });
      await served.ready();
      const truth = new Truth();
      for (let n = 0; n < 5; n++) await registerWith(served, truth, instanceOf(n));
      row.judge({ url: served.url, truth, renewed: keyOf(instanceOf(0)) });
      const statuses = new Set<number>();
      const post = async (body: string, type: string): Promise<void> => {
        const headers = { 'content-type': type };
        const answer = await httpRequest(`${served.url}/eureka/apps/BAD`, { method: 'POST', headers, body }).catch(
          () => undefined,
        );
        if (answer !== undefined) statuses.add(answer.status);
      };
      const bomb = `<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><instance>&b;</instance>`;
      for (let round = 0; round < 20; round++) {
        await post('x'.repeat(1_000_000), 'application/json');
        await post('{"instance":{"instanceId":', 'application/json');
        await post(bomb, 'application/xml');
        connect(served.port, '127.0.0.1')
          .on('error', () => undefined)
          .end('\u0000\u0001 no HTTP at all\r\n\r\n');
        const long = { 'x-long': 'x'.repeat(32_000) };
        await httpRequest(`${served.url}/eureka/apps`, { headers: long }).then(
          ({ status }) => statuses.add(status),
          () => undefined,
        );
      }
      row.ended();
      await row.right('reads are answered', async () => (await served.get('/readyz')).status === 200);
      assert.deepEqual([...statuses].toSorted(), [400, 413, 431]);
      row.saw(`the senders got ${[...statuses].toSorted((a, b) => a - b).join(', ')}`);
    },
  );
});
