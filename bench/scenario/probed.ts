import { connect } from 'node:net';
import { join } from 'node:path';
import { startEurek8s, type Eurek8s, type Eurek8sOptions } from '../subjects/eurek8s.ts';
import { PROBE_SOCKET, type ProbeReading } from './probe.ts';

export interface Probe {
  /** What there was since the last reset; a new count begins. */
  reset(): Promise<ProbeReading>;
  /** Collects all garbage first. */
  collected(): Promise<ProbeReading>;
}

/** Eurek8s with the probe inside. `preload`: further files loaded before the program. */
export async function startProbed(
  options: Eurek8sOptions,
  preload: readonly string[] = [],
): Promise<Eurek8s & { readonly probe: Probe }> {
  const path = join(options.dir, 'probe.sock');
  const imports = [...preload, join(import.meta.dirname, 'probe.ts')].flatMap((file) => ['--import', file]);
  const eurek8s = await startEurek8s({
    ...options,
    nodeArgs: ['--expose-gc', ...imports, ...(options.nodeArgs ?? [])],
    env: { ...options.env, [PROBE_SOCKET]: path },
  });
  return { ...eurek8s, probe: { reset: () => question(path, 'reset'), collected: () => question(path, 'gc') } };
}

function question(path: string, text: string): Promise<ProbeReading> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let answer = '';
    socket.setTimeout(30_000, () => socket.destroy(new Error(`the probe does not answer ${text}`)));
    socket.once('error', reject);
    socket.once('connect', () => socket.write(`${text}\n`));
    socket.setEncoding('utf8').on('data', (part: string) => {
      answer += part;
      if (!answer.endsWith('\n')) return;
      socket.destroy();
      resolve(JSON.parse(answer) as ProbeReading);
    });
  });
}
