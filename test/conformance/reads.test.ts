import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readRegistry } from '../support/eureka-rest.ts';
import { startEureka, type Eureka } from '../testbed/java/eureka.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';
import { capturedRegistrations } from './captured.ts';
import { Comparison, GENERATIONS } from './compare.ts';
import { listedDifferences } from './differences.ts';
import { ask, type Question } from './exchange.ts';
import { oddInstances, registering, unspeakableInstance, type Registering } from './odd-instances.ts';
import { DELTA, everyForm, everyFormat, lookups, RESOURCES, ROUTES, type ReadQuestion } from './read-questions.ts';
import { READ_RULES } from './read-rules.ts';
import { report } from './report.ts';

/** Requests in flight at a time. */
const PARALLEL = 4;

for (const generation of GENERATIONS)
  describe(`reads are answered as stock Eureka (${generation}) answers them`, { timeout: 900_000 }, () => {
    const dir = mkdtempSync(join(tmpdir(), 'eurek8s-reads-'));
    const comparison = new Comparison(generation, READ_RULES, listedDifferences());
    let eureka: Eureka;
    let product: Product;
    let stock: string;

    const write = async (method: string, path: string, body?: string, type = 'application/json'): Promise<number> => {
      const headers: Record<string, string> = body === undefined ? {} : { 'content-type': type };
      const question: Question = { method, path: `/eureka/${path}`, headers, ...(body === undefined ? {} : { body }) };
      return (await ask(stock, question)).status;
    };
    const register = async ({ name, app, body, contentType }: Registering): Promise<void> =>
      assert.equal(await write('POST', `apps/${encodeURIComponent(app)}`, body, contentType), 204, name);

    before(async () => {
      eureka = await startEureka({
        generation,
        dir: join(dir, 'eureka'),
        properties: {
          // Nothing renews what is registered here, and nothing may expire: without heartbeats a stock server evicts
          // nothing.
          'eureka.server.enable-self-preservation': 'true',
          // As long as the test may take.
          'eureka.server.retention-time-in-m-s-in-delta-queue': '1800000',
        },
      });
      stock = new URL(eureka.url).origin;
      // Must not be visible to requests from now on.
      await register(registering('GHOST', 'ghost-1'));
      assert.equal(await write('DELETE', 'apps/GHOST/ghost-1'), 200);
      product = await startProduct({
        dir: join(dir, 'product'),
        config: { legacy: { urls: [eureka.url], pollInterval: '200ms' } },
      });
    });

    after(async () => {
      await product?.stop();
      await eureka?.stop();
      rmSync(dir, { recursive: true, force: true });
    });

    /** Waits for the polls, until everything that distinguishes versions of instances is equal on both sides. */
    const level = async (): Promise<void> => {
      const versions = async (url: string): Promise<string> => {
        return [...(await readRegistry(url))]
          .flatMap(([app, instances]) => instances.map((each) => ({ lastUpdatedTimestamp: '', ...each, app })))
          .map(({ app, instanceId, status, lastUpdatedTimestamp }) =>
            [app, instanceId, status, lastUpdatedTimestamp].join(),
          )
          .toSorted()
          .join('\n');
      };
      await until('Eurek8s shows what stock shows', async () => {
        assert.equal(await versions(product.eureka), await versions(eureka.url));
        return true;
      });
    };

    const compare = async (questions: readonly ReadQuestion[]): Promise<void> => {
      const rest = questions.values();
      const worker = async (): Promise<void> => {
        for (const question of rest) {
          const [theirs, ours] = await Promise.all([ask(stock, question), ask(product.url, question)]);
          const elsewhere = comparison.elsewhere(question.path, theirs.status, ours.status);
          if (elsewhere === undefined)
            comparison.add({ generation, world: 'forwarding', question, stock: theirs, ours });
          else {
            comparison.saw(elsewhere);
            comparison.add({
              generation,
              world: 'forwarding',
              question,
              stock: await ask(stock, question.plain),
              ours,
            });
          }
        }
      };
      await Promise.all(Array.from({ length: PARALLEL }, worker));
    };

    test('the registry fills', async () => {
      for (const each of oddInstances()) await register(each);
      for (const [index, captured] of capturedRegistrations().entries()) {
        if (captured.status !== 204) continue;
        // One registration each, if all of them are of one instance.
        const body = captured.request
          .replaceAll(/(["<]app[">]+:?"?)TMP\b/gi, `$1TMP-${index}`)
          .replaceAll('tmp.corp.example', `tmp-${index}.corp.example`)
          .replaceAll(/\btmp-(1|x)\b/g, `tmp-$1-${index}`);
        const app = captured.path.endsWith('/TMP') ? `TMP-${index}` : captured.path.split('/').at(-1);
        const type = captured.contentType ?? undefined;
        assert.equal(await write('POST', `apps/${app}`, body, type), 204, captured.name);
      }
      await level();
    });

    test('changes after the first look are in the delta', async () => {
      for (const status of ['OUT_OF_SERVICE', 'DOWN', 'STARTING', 'UNKNOWN', 'UP'])
        assert.equal(await write('PUT', `apps/STATUSES/is-UP/status?value=${status}`), 200);
      assert.equal(await write('PUT', 'apps/STATUSES/is-DOWN/status?value=UNKNOWN'), 200);
      assert.equal(await write('PUT', 'apps/STATUSES/is-STARTING/status?value=OUT_OF_SERVICE'), 200);
      assert.equal(await write('DELETE', 'apps/STATUSES/is-STARTING/status?value=UP'), 200);
      assert.equal(await write('PUT', 'apps/PLAIN/plain-1/metadata?color=blue&my_key=a%20b'), 200);
      await register(registering('MANY', 'many-4'));
      await register(registering('LATE', 'late-1'));
      await level();
      assert.equal(await write('DELETE', 'apps/MANY/many-3'), 200);
      assert.equal(await write('DELETE', 'apps/LATE/late-1'), 200);
      await register(registering('MANY', 'many-2', { status: 'UP', metadata: { version: '2' } }));
      assert.equal(await write('PUT', 'apps/MANY/many-1?status=UP'), 200);
      await level();
    });

    // This is the first comparison, because we keep changes for the delta only for a window.
    test('the delta', async () => compare(everyForm(DELTA)));
    test('every resource in every form', async () => compare(everyForm(RESOURCES)));
    test('every application, instance and vip', async () =>
      compare(everyFormat(lookups(await readRegistry(eureka.url)))));
    test('paths on which there is nothing', async () => compare(everyForm(ROUTES)));

    test('an instance with what XML cannot say', async () => {
      await register(unspeakableInstance());
      await level();
      await compare(everyForm([...DELTA, { kind: 'apps', path: 'apps' }, { kind: 'app', path: 'apps/CONTROLS' }]));
      await compare(everyFormat(lookups(await readRegistry(eureka.url))));
    });

    test('every difference is listed, and every listed one occurs', () => report('reads', generation, comparison));
  });
