import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Shell } from '../cli/shell.ts';

/** The directory of the manifests, and one beside it. */
export interface Directory {
  readonly path: string;
  /** Where manifests can be put away. */
  readonly aside: string;
  /** Removes both at once. */
  readonly remove: () => void;
}

/**
 * Makes the directory. A second signal ends the process at once, so it removes the directory first: npm and the shell
 * often send one each. It must be made before whatever else listens to signals.
 */
export function makeDirectory(shell: Pick<Shell, 'onSignal'>): Directory {
  const both = mkdtempSync(join(tmpdir(), 'eurek8s-demo-'));
  const remove = (): void => rmSync(both, { recursive: true, force: true });
  let signals = 0;
  shell.onSignal(() => {
    signals += 1;
    if (signals > 1) remove();
  });
  const [path, aside] = [join(both, 'manifests'), join(both, 'aside')];
  mkdirSync(path);
  mkdirSync(aside);
  return { path, aside, remove };
}
