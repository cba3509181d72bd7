import { join } from 'node:path';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FakeDns, type Zone } from '../support/fake-dns.ts';
import { serveProcess } from '../support/served-process.ts';
import { until } from '../testbed/until.ts';
import { publishedManifests } from './manifests.ts';
import { faultRow, PATIENCE } from './row.ts';
import { Truth } from './truth.ts';

/** Cases at the same time: they mostly wait. */
const CONCURRENCY = 6;
const NAME = 'balancer.example.com';
const NOWHERE = 'gone.example.com';
const GOOD = '10.20.0.80';
const MOVED = '10.20.0.90';
const LIE = '10.66.6.66';
const PRELOAD = join(import.meta.dirname, 'preload', 'name-server.ts');

const FAULTS: readonly { readonly fault: string; readonly how: string; readonly zone: Zone | undefined }[] = [
  { fault: 'fails', how: 'the name server answers SERVFAIL', zone: 'servfail' },
  { fault: 'empty', how: 'the name server answers without a record', zone: { a: [] } },
  { fault: 'denies the name', how: 'the name server answers NXDOMAIN', zone: undefined },
  { fault: 'slow', how: 'the name server does not answer', zone: 'silent' },
  { fault: 'answers garbage', how: 'the name server sends bytes that are no answer', zone: 'garbage' },
  { fault: 'aliases in a circle', how: 'the name is an alias of itself', zone: { cname: NAME } },
  {
    fault: 'aliases that lead nowhere',
    how: 'the name is an alias of one that is not there',
    zone: { cname: NOWHERE },
  },
  { fault: 'lies', how: 'answers with another address come under a wrong id', zone: { forged: [LIE] } },
];

describe('DNS of an ingress address', { concurrency: CONCURRENCY }, () => {
  for (const { fault, how, zone } of FAULTS)
    faultRow({ area: 'DNS', fault, how }, async (row) => {
      const dns = await FakeDns.start();
      row.t.after(() => dns.stop());
      // Answers are kept for 5 s at least.
      const ttl = 1;
      dns.zones.set(NAME, { a: [GOOD], ttl });
      const { manifests, entries } = publishedManifests(row.directory, ['alice', 'bob'], GOOD);
      const served = await serveProcess(
        row.t,
        row.directory,
        { manifests, addresses: { nginx: [NAME] } },
        { node: ['--import', PRELOAD], environment: { NAME_SERVER: dns.server } },
      );
      await served.ready();
      const address = async (): Promise<string> => (await served.get('/eureka/apps')).body;
      await until('the address is known', async () => (await address()).includes(GOOD), PATIENCE);
      const truth = new Truth(entries);
      const judge = row.judge({ url: served.url, truth });
      await sleep(500);
      if (zone === undefined) dns.zones.delete(NAME);
      else dns.zones.set(NAME, zone);
      const questions = dns.questions.length;
      await until('it was asked in vain', async () => dns.questions.length > questions + 1, PATIENCE);
      await sleep(4_000);
      row.ended();
      for (const [key, { statuses }] of entries) {
        const host = key.split(':').at(-2) ?? '';
        truth.allowInstead(key, { address: `${host}/${MOVED}:80`, statuses });
      }
      dns.zones.set(NAME, { a: [MOVED], ttl });
      await row.right('the next address is served', async () => {
        const body = await address();
        return body.includes(MOVED) && !body.includes(GOOD);
      });
      for (const [key] of entries) truth.require(key, truth.facts.may.get(key));
      await sleep(500);
      row.saw(`${judge.seen.wrong === 0 ? 'the last good address' : 'another address'} until there was a new one`);
    });
});
