import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startEureka, type Eureka } from '../testbed/java/eureka.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';
import { Comparison, GENERATIONS } from './compare.ts';
import { listedDifferences } from './differences.ts';
import { ask, type Question, type Reply } from './exchange.ts';
import { masked } from './mask.ts';
import { ODD_BODIES } from './odd-bodies.ts';
import { report } from './report.ts';
import { CHANGED, EXPIRING, SCRIPT, type Step } from './write-script.ts';
import { WRITE_RULES } from './write-rules.ts';

const read = (path: string): Question => ({
  method: 'GET',
  path: `/eureka/${path}`,
  headers: { accept: 'application/json' },
});

for (const generation of GENERATIONS)
  describe(`writes have the outcome they have with stock Eureka (${generation})`, { timeout: 900_000 }, () => {
    const dir = mkdtempSync(join(tmpdir(), 'eurek8s-writes-'));
    const comparison = new Comparison(generation, WRITE_RULES, listedDifferences());
    let stock: Eureka;
    /** The one that is written to through Eurek8s. */
    let behind: Eureka;
    let forwarding: Product;
    let standalone: Product;

    const origin = ({ url }: { readonly url: string }): string => new URL(url).origin;

    before(async () => {
      const properties = {
        // What has expired stays in the lists, and is only left out where stock looks at the lease itself.
        'eureka.server.eviction-interval-timer-in-ms': '3600000',
        'eureka.server.retention-time-in-m-s-in-delta-queue': '1800000',
      };
      [stock, behind] = (await Promise.all(
        ['stock', 'behind'].map(async (name) => startEureka({ generation, dir: join(dir, name), properties })),
      )) as [Eureka, Eureka];
      forwarding = await startProduct({
        dir: join(dir, 'forwarding'),
        config: { legacy: { urls: [behind.url], pollInterval: '200ms' } },
      });
      standalone = await startProduct({ dir: join(dir, 'standalone'), config: { leases: { enabled: true } } });
      await until('reads are answered', () => forwarding.ready());
    });

    after(async () => {
      await forwarding?.stop();
      await standalone?.stop();
      await stock?.stop();
      await behind?.stop();
      rmSync(dir, { recursive: true, force: true });
    });

    /** Asks all three, and compares ours with what stock answers. */
    const askAll = async (
      question: Question,
      label: string,
      view: (reply: Reply) => Reply = (reply) => reply,
    ): Promise<readonly Reply[]> => {
      const [theirs, ...ours] = await Promise.all(
        [stock, forwarding, standalone].map(async (server) => view(await ask(origin(server), question))),
      );
      assert.ok(theirs !== undefined);
      for (const [index, reply] of ours.entries()) {
        const world = index === 0 ? 'forwarding' : 'standalone';
        comparison.add({ generation, world, question, stock: theirs, ours: reply }, `${world}, ${label}`);
      }
      return [theirs, ...ours];
    };

    /** One write, and what everybody sees right after it. */
    const take = async ({ name, question, settles }: Step, section: string): Promise<void> => {
      const label = `${section}: ${name}`;
      await askAll(question, label);
      if (!settles) return;
      for (const path of ['apps', 'apps/delta']) await askAll(read(path), `${label}, then ${path}`, masked);
    };

    for (const [section, steps] of SCRIPT)
      test(`the script of writes: ${section}`, async () => {
        for (const step of steps) await take(step, section);
      });

    test('every instance by itself', async () => {
      const apps = JSON.parse((await ask(origin(stock), read('apps'))).body.toString()) as {
        readonly applications: {
          readonly application: readonly {
            readonly name: string;
            readonly instance: readonly { readonly instanceId?: string; readonly hostName: string }[];
          }[];
        };
      };
      for (const { name, instance } of apps.applications.application) {
        await askAll(read(`apps/${encodeURIComponent(name)}`), name, masked);
        for (const { instanceId, hostName } of instance) {
          const id = encodeURIComponent(instanceId ?? hostName);
          if (!id.includes('%2F'))
            await askAll(read(`apps/${encodeURIComponent(name)}/${id}`), `${name}/${id}`, masked);
        }
      }
    });

    test('a lease that has run out and waits for its eviction', async () => {
      await take(EXPIRING, 'expiry');
      const one = read('apps/EXPIRING/expiring-1');
      await until('it has run out', async () => (await ask(origin(stock), one)).status === 404);
      const instance = `apps/EXPIRING/expiring-1`;
      await askAll(read('apps/EXPIRING'), 'expired, its application', masked);
      await askAll(one, 'expired, the instance', masked);
      await askAll({ method: 'PUT', path: `/eureka/${instance}/status?value=DOWN`, headers: {} }, 'expired, status');
      await askAll({ method: 'PUT', path: `/eureka/${instance}/metadata?a=b`, headers: {} }, 'expired, metadata');
      await askAll({ method: 'PUT', path: `/eureka/${instance}`, headers: {} }, 'expired, renewed');
      await askAll({ method: 'DELETE', path: `/eureka/${instance}`, headers: {} }, 'expired, cancelled');
    });

    test('what is registered anew with other content is in the very next delta', async () => {
      await take(CHANGED, 'delta');
      for (const server of [forwarding, standalone]) {
        const delta = (await ask(origin(server), read('apps/delta'))).body.toString();
        assert.match(delta, /"version":"last"/, origin(server));
      }
    });

    // After what compares whole registries: not every server has taken all of these.
    test('registrations with an odd value in one field', async () => {
      for (const { name, question, instance } of ODD_BODIES) {
        const taken = await askAll(question, `odd: ${name}`);
        if (taken.every(({ status }) => status === 204))
          await askAll(read(instance), `odd: ${name}, then the instance`, masked);
      }
    });

    test('with the legacy down writes are 503 with the reason, and reads stay', async () => {
      const before = masked(await ask(origin(forwarding), read('apps'))).body.toString();
      await behind.kill();
      for (const { question } of [
        CHANGED,
        ...SCRIPT.flatMap(([, steps]) => steps.filter(({ name }) => name === 'renewed' || name === 'cancelled')),
      ]) {
        const answer = await ask(origin(forwarding), question);
        assert.deepEqual([question.method, answer.status, answer.body.length], [question.method, 503, 0]);
        assert.match(String(answer.reason), /127\.0\.0\.1/);
      }
      assert.equal(masked(await ask(origin(forwarding), read('apps'))).body.toString(), before);
    });

    test('every difference is listed, and every listed one occurs', () => report('writes', generation, comparison));
  });
