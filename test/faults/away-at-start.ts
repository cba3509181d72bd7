import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServedProcess } from '../support/served-process.ts';
import { until } from '../testbed/until.ts';
import type { FaultyProxy } from './faulty-proxy.ts';
import { sourceOf } from './fleet.ts';
import { PATIENCE, type Row } from './row.ts';
import type { Truth } from './truth.ts';

/** A source behind a proxy, and Eurek8s processes that follow it. */
export interface AwayScene {
  /** Its id. */
  readonly source: string;
  readonly proxy: Pick<FaultyProxy, 'close' | 'listen'>;
  readonly truth: Truth;
  readonly serve: (config?: object, options?: { readonly port?: number }) => Promise<ServedProcess>;
}

/** Nothing listens where the source is, and there is no registry file: reads are 503 until it answers. */
export async function awayAtStart(row: Row, { source, proxy, truth, serve }: AwayScene): Promise<void> {
  await proxy.close();
  const served = await serve();
  const judge = row.judge({ url: served.url, truth });
  judge.allowed.refused = true;
  await row.shown('`/readyz` 503, `starting`', async () => {
    const { state, lastError } = await sourceOf(served, source);
    return state === 'starting' && lastError !== undefined && (await served.get('/readyz')).status === 503;
  });
  await sleep(2_000);
  row.ended();
  await proxy.listen();
  await row.right('reads are answered', async () => (await served.get('/readyz')).status === 200);
  judge.allowed.refused = false;
  await sleep(1_000);
}

/** Killed with -9, and started with its registry file while nothing listens where the source is. Resolves with the second process. */
export async function restartedWhileAway(
  row: Row,
  { proxy, truth, serve }: Omit<AwayScene, 'source'>,
): Promise<ServedProcess> {
  const snapshot = { file: join(row.directory, 'registry') };
  const first = await serve({ snapshot });
  await first.ready();
  await until(
    'the file is written',
    async () => (await first.sources()).registryFile?.lastWrite !== undefined,
    PATIENCE,
  );
  const judge = row.judge({ url: first.url, truth });
  await sleep(500);
  judge.allowed.away = true;
  judge.allowed.refused = true;
  await first.end('SIGKILL');
  await proxy.close();
  const served = await serve({ snapshot }, { port: first.port });
  await served.ready();
  judge.allowed.away = false;
  judge.allowed.refused = false;
  return served;
}
