import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ShadowReport } from '../../shared/shadow/report.ts';
import { churn } from '../support/churn.ts';
import { startCli, type CliProcess, type CliResult } from '../support/cli-process.ts';
import { registerInstance } from '../support/eureka-rest.ts';
import { publishedService } from '../support/published-service.ts';
import { tamperProxy, withInstances } from '../support/tamper-proxy.ts';
import { startEureka, type Eureka } from '../testbed/java/eureka.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';

/** Half a minute of changes in `npm test`; `npm run test:long` makes it ten. */
const SECONDS = Number(process.env['EUREK8S_LONG_SECONDS'] ?? 30);
const CHANGES_PER_SECOND = 5;
const SEED = Number(process.env['EUREK8S_LONG_SEED'] ?? Date.now() % 2 ** 31);
/** A stock server keeps its answers for half a minute: what is younger may differ. */
const LAG = '60s';

describe('shadow beside a stock Eureka under churn', { timeout: (SECONDS + 600) * 1000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-shadow-'));
  const manifests = join(dir, 'manifests');
  let eureka: Eureka;
  let product: Product;

  function publish(service: string, ready: number): void {
    const each = Array.from({ length: Math.max(1, ready) }, (_, i) => i < ready);
    const objects = publishedService({ name: service, host: `${service}.k8s.example.com`, port: 8080, ready: each });
    writeFileSync(join(manifests, `${service}.yaml`), objects);
  }

  before(async () => {
    mkdirSync(manifests);
    publish('carol', 1);
    eureka = await startEureka({ generation: 'hoxton', dir: join(dir, 'eureka') });
    for (const id of ['orders-1', 'orders-2']) await registerInstance(eureka.url, { app: 'ORDERS', id, port: 8080 });
    await registerInstance(eureka.url, { app: 'ORDERS', id: 'pod-1', port: 8080, ip: '10.42.0.9', host: '10.42.0.9' });
    product = await startProduct({
      dir: join(dir, 'product'),
      config: {
        legacy: { urls: [eureka.url], pollInterval: '500ms' },
        manifests: [{ name: 'local', directory: manifests }],
        overlay: { cidrs: ['10.42.0.0/16'] },
      },
    });
    await until('ready', () => product.ready());
  });

  after(async () => {
    await product?.stop();
    await eureka?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  function shadow(against: string): CliProcess {
    const words = ['shadow', '--legacy', eureka.url, '--against', against, '--json'];
    return startCli([...words, '--interval', '1s', '--lag', LAG, '--for', `${SECONDS}s`], {}, (SECONDS + 540) * 1000);
  }

  function reportOf({ out, err }: CliResult): ShadowReport {
    assert.notEqual(out, '', err);
    return JSON.parse(out) as ShadowReport;
  }

  test(`${SECONDS} s at ${CHANGES_PER_SECOND} changes/s: clean; with a fault between the two it is found and named (seed ${SEED})`, async (t) => {
    const faulty = await tamperProxy(t, new URL(product.eureka).origin, (list) =>
      withInstances(list, (each) => (each.instanceId === 'orders-1' ? { ...each, ipAddr: '10.9.9.9' } : each)),
    );
    const runs = [shadow(product.eureka), shadow(`${faulty}/eureka`)] as const;
    const changes = await churn(SECONDS, {
      seed: SEED,
      changesPerSecond: CHANGES_PER_SECOND,
      registries: [eureka.url, product.eureka],
      publish,
    });
    const [clean, different] = await Promise.all(runs.map(({ ended }) => ended));
    assert.ok(clean !== undefined && different !== undefined);

    const report = reportOf(clean);
    const { looks, legacy, against } = report;
    t.diagnostic(
      `${changes} changes, ${looks.identical} of ${looks.compared} looks identical but for the intended; ` +
        `deltas checked ${legacy.deltas.checks} and ${against.deltas.checks}; verdict ${report.verdict}`,
    );
    assert.deepEqual([clean.code, report.verdict, report.unintended], [0, 'clean', []], clean.out);
    assert.deepEqual(
      report.intended.map(({ cause }) => cause).filter((cause) => cause === 'kubernetes' || cause.startsWith('hidden')),
      ['kubernetes', 'hidden: overlay'],
      clean.out,
    );
    assert.ok(against.truthful && against.deltas.checks > 0, clean.out);

    const named = reportOf(different).unintended.map(({ app, instance, field, against: is }) => [
      app,
      instance,
      field,
      is,
    ]);
    assert.deepEqual([different.code, named], [1, [['ORDERS', 'orders-1', 'ipAddr', '10.9.9.9']]], different.out);
  });
});
