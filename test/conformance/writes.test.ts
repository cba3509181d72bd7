import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startEureka, type Eureka } from '../testbed/java/eureka.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';
import { Comparison, GENERATIONS, type Exchange } from './compare.ts';
import { listedDifferences } from './differences.ts';
import { ask, type Question, type Reply } from './exchange.ts';
import { masked } from './mask.ts';
import { ODD_BODIES } from './odd-bodies.ts';
import { PEER_SCRIPT } from './peer-script.ts';
import { report } from './report.ts';
import { CHANGED, expiring, SCRIPT, type Step } from './write-script.ts';
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
    /** The stock server that is written to through Eurek8s. */
    let behind: Eureka;
    let forwarding: Product;
    let standalone: Product;

    const origin = ({ url }: { readonly url: string }): string => new URL(url).origin;

    before(async () => {
      const properties = {
        // Expired instances stay in the lists, and are omitted only where stock looks at the lease itself.
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

    /**
     * Sends requests to stock and to both of ours, or to the named one, and compares our answers with those of stock.
     */
    const askAll = async (
      question: Question,
      label: string,
      view: (reply: Reply) => Reply = (reply) => reply,
      worlds: readonly Exchange['world'][] = ['forwarding', 'standalone'],
    ): Promise<readonly Reply[]> => {
      const own = worlds.map((world) => (world === 'forwarding' ? forwarding : standalone));
      const [theirs, ...ours] = await Promise.all(
        [stock, ...own].map(async (server) => view(await ask(origin(server), question))),
      );
      assert.ok(theirs !== undefined);
      for (const [index, reply] of ours.entries()) {
        const world = worlds[index] ?? 'standalone';
        comparison.add({ generation, world, question, stock: theirs, ours: reply }, `${world}, ${label}`);
      }
      return [theirs, ...ours];
    };

    /** One write, and what is visible right after it. */
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

    // Behind a legacy all of it is refused, so only our own registry can be compared with stock afterwards.
    test('what other servers pass on', async () => {
      for (const { name, question, settles } of PEER_SCRIPT) {
        await askAll(question, `peers: ${name}`, masked);
        if (!settles) continue;
        for (const path of ['apps', 'apps/delta', 'apps/REPLICATED'])
          await askAll(read(path), `peers: ${name}, then ${path}`, masked, ['standalone']);
      }
    });

    // This distinguishes a refusal from that of a router in front, which has neither a body nor a type.
    test('stock labels every refusal of a write, also one without a body', async () => {
      const one = '/eureka/apps/NOBODY/n-1';
      for (const [method, path] of [
        ['PUT', one],
        ['DELETE', one],
        ['PUT', `${one}/status?value=DOWN`],
        ['DELETE', `${one}/status?value=UP`],
        ['PUT', `${one}/metadata?a=b`],
        ['GET', one],
      ] as const) {
        const { status, contentType } = await ask(origin(stock), { method, path, headers: read('').headers });
        assert.equal(status, 404, `${method} ${path}`);
        assert.match(contentType, /^application\/json/, `${method} ${path}`);
      }
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

    /**
     * By the lease that a server reports. A stock server does not find an instance with an expired lease when it is
     * requested alone.
     */
    const hasRunOut = async (server: { readonly url: string }, id: string): Promise<boolean> => {
      const { application } = JSON.parse(
        (await ask(origin(server), read('apps/EXPIRING'))).body.toString(),
      ) as Expiring;
      const lease = application.instance.find(({ instanceId }) => instanceId === id)?.leaseInfo;
      assert.ok(lease !== undefined, `${id} is at ${server.url}`);
      return Date.now() > lease.lastRenewalTimestamp + lease.durationInSecs * 1000;
    };

    /** Waits until the lease has expired at both servers, where nothing is evicted meanwhile. */
    const lookAtExpired = async (id: string, world: Exchange['world']): Promise<void> => {
      const path = `apps/EXPIRING/${id}`;
      const asked = async (question: Question, what: string): Promise<void> =>
        void (await askAll(question, `expired, ${what}`, masked, [world]));
      const write = (method: string, resource = ''): Question => ({
        method,
        path: `/eureka/${path}${resource}`,
        headers: {},
      });
      // Their leases begin at different moments, so the lease expires at one of them while it is still valid at the
      // other.
      const holders = [stock, world === 'forwarding' ? behind : standalone];
      await until('it has run out', async () =>
        (await Promise.all(holders.map((at) => hasRunOut(at, id)))).every(Boolean),
      );
      await asked(read('apps/EXPIRING'), 'its application');
      await asked(read(path), 'the instance');
      await asked(write('PUT', '/status?value=DOWN'), 'status');
      await asked(write('DELETE', '/status'), 'status removed');
      await asked(write('PUT', '/metadata?a=b'), 'metadata');
      await asked(read(path), 'the instance, still');
      await asked(write('PUT'), 'renewed');
      await asked(read(path), 'renewed, the instance');
      await asked(write('DELETE'), 'cancelled');
    };

    test('a lease that has run out and waits for its eviction, at the legacy', async () => {
      await take(expiring('expiring-1'), 'expiry');
      await lookAtExpired('expiring-1', 'forwarding');
      await ask(origin(standalone), { method: 'DELETE', path: '/eureka/apps/EXPIRING/expiring-1', headers: {} });
    });

    test('what is registered anew with other content is in the very next delta', async () => {
      await take(CHANGED, 'delta');
      for (const server of [forwarding, standalone]) {
        const delta = (await ask(origin(server), read('apps/delta'))).body.toString();
        assert.match(delta, /"version":"last"/, origin(server));
      }
    });

    // This comes after the comparisons of whole registries, because not every server has accepted all of these.
    test('registrations with an odd value in one field', async () => {
      for (const { name, question, instance } of ODD_BODIES) {
        const taken = await askAll(question, `odd: ${name}`);
        if (taken.every(({ status }) => status === 204))
          await askAll(read(instance), `odd: ${name}, then the instance`, masked);
      }
    });

    // This comes after the comparisons of whole registries, because leases expire here.
    test('a lease that has run out and waits for its eviction, in a registry of our own', async () => {
      // Leases may expire, as at the stock server. Here that takes a complete minute with enough heartbeats.
      await letLeasesExpire(origin(standalone));
      // The evictor ran at the end of that minute; its next run is a minute away.
      await askAll(expiring('expiring-2').question, 'expiry: expires', undefined, ['standalone']);
      await lookAtExpired('expiring-2', 'standalone');
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

interface Expiring {
  readonly application: {
    readonly instance: readonly {
      readonly instanceId: string;
      readonly leaseInfo: { readonly lastRenewalTimestamp: number; readonly durationInSecs: number };
    }[];
  };
}

interface Renewals {
  readonly selfPreservation: 'on' | 'off';
  readonly expectedRenewalsPerMinute: number;
  readonly renewalsLastMinute: number;
}

async function renewalsAt(origin: string): Promise<Renewals> {
  const answer = await ask(origin, { method: 'GET', path: '/eurek8s/sources', headers: {} });
  const { sources } = JSON.parse(answer.body.toString()) as {
    readonly sources: readonly { readonly detail: Renewals }[];
  };
  const detail = sources[0]?.detail;
  assert.ok(detail !== undefined);
  return detail;
}

/**
 * Returns when a minute has just ended in which enough heartbeats arrived for leases to expire. It sends them itself,
 * for all instances.
 */
async function letLeasesExpire(origin: string): Promise<void> {
  const heartbeat: Question = { method: 'PUT', path: '/eureka/apps/LIFE/life-1', headers: {} };
  const before = await renewalsAt(origin);
  await until(
    'leases may expire',
    async () => {
      for (let i = 0; i < before.expectedRenewalsPerMinute; i++)
        assert.equal((await ask(origin, heartbeat)).status, 200);
      const { selfPreservation, renewalsLastMinute } = await renewalsAt(origin);
      return selfPreservation === 'off' && renewalsLastMinute !== before.renewalsLastMinute;
    },
    { timeoutMs: 150_000, everyMs: 1000 },
  );
}
