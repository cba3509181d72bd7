import { join } from 'node:path';
import { cached, inputKey } from '../cache.ts';
import { buildGo, findGo } from '../kubernetes/go.ts';
import { withLock } from '../lock.ts';

/** Builds the program with Prometheus' rule engine, or finds it in the cache. Returns its path. */
export async function buildPrometheus(progress: (line: string) => void): Promise<string> {
  const source = join(import.meta.dirname, 'engine');
  const go = await findGo(join(source, 'go.mod'), "Prometheus' rule engine");
  const key = inputKey([source], [go.version, process.platform, process.arch]);
  return withLock('prometheus', async () => {
    const dir = await cached('prometheus', key, async (scratch) => {
      progress('prometheus: building');
      await buildGo(go, source, join(scratch, 'engine'));
    });
    return join(dir, 'engine');
  });
}
