import { readFileSync } from 'node:fs';

/**
 * How many files and connections the process may have open at the same time; `undefined` where the system does not say.
 * Node has raised the soft limit to the hard one at its start.
 */
export function openFilesLimit(path = '/proc/self/limits'): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync(path, 'utf8')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
