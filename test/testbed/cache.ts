import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';

/** Where built programs of the test bed live: outside the clone, so that a fresh clone reuses them. */
export function cacheRoot(): string {
  const chosen = process.env['EUREK8S_TESTBED_CACHE'];
  return chosen !== undefined && chosen !== ''
    ? chosen
    : join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'eurek8s-testbed');
}

/** A digest over file contents and further facts (tool versions, flags): equal inputs, equal key. */
export function inputKey(paths: readonly string[], facts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) addPath(hash, path, path);
  for (const fact of facts) hash.update(`\0fact\0${fact}`);
  return hash.digest('hex').slice(0, 16);
}

function addPath(hash: ReturnType<typeof createHash>, root: string, path: string): void {
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).toSorted()) if (name !== 'target') addPath(hash, root, join(path, name));
    return;
  }
  hash.update(`\0file\0${relative(root, path)}\0`).update(readFileSync(path));
}

/**
 * The folder holding `name` built from inputs with `key`; builds it when it is not there yet.
 * `build` fills a scratch folder that is renamed into place at the end, so a build cut short is never mistaken for
 * a finished one.
 */
export async function cached(name: string, key: string, build: (dir: string) => Promise<void>): Promise<string> {
  const dir = join(cacheRoot(), `${name}-${key}`);
  if (existsSync(dir)) return dir;
  const scratch = `${dir}.${process.pid}.partial`;
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  await build(scratch);
  if (existsSync(dir)) rmSync(scratch, { recursive: true, force: true });
  else renameSync(scratch, dir);
  return dir;
}
