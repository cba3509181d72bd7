import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Shell } from '../cli/shell.ts';

/** The directory of the manifests. */
export interface Directory {
  readonly path: string;
  /** Removes it at once. */
  readonly remove: () => void;
}

/**
 * Makes the directory. A second signal ends the process at once, so it removes the directory first: npm and the shell
 * often send one each. It must be made before whatever else listens to signals.
 */
export function makeDirectory(shell: Pick<Shell, 'onSignal'>): Directory {
  const path = mkdtempSync(join(tmpdir(), 'eurek8s-demo-'));
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  let signals = 0;
  shell.onSignal(() => {
    signals += 1;
    if (signals > 1) remove();
  });
  return { path, remove };
}
