import { registerInstance, type Registration } from '../support/eureka-rest.ts';
import type { ServedProcess } from '../support/served-process.ts';
import { until } from '../testbed/until.ts';
import { entryOf, keyOf } from './fleet.ts';
import { PATIENCE } from './row.ts';
import type { Truth } from './truth.ts';

const FIRST_PORT = 10_000;

/** The `n`th instance of a fleet that registers with a registry of our own. */
export function instanceOf(n: number, metadata: Readonly<Record<string, string>> = {}): Registration {
  return { app: `APP-${n % 5}`, id: `i-${n}`, port: FIRST_PORT + n, metadata };
}

/** Registers it; from the answer on it must be served. */
export async function registerWith(served: ServedProcess, truth: Truth, each: Registration): Promise<void> {
  truth.allow(keyOf(each), entryOf(each));
  // A client that gets no answer in time, on a machine with other work, registers again.
  const isRegistered = async (): Promise<boolean> => {
    await registerInstance(`${served.url}/eureka`, each);
    return true;
  };
  await until('it is registered', isRegistered, { ...PATIENCE, everyMs: 50 });
  truth.require(keyOf(each));
}
