import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What the process still needs, in bytes: the garbage does not count. */
export function heapInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
