import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheRoot } from './cache.ts';

/**
 * Runs `work` while no other process of this machine holds the same lock: test files run in processes of their own, and
 * two builds at once would do the work twice. The lock of a dead process is taken over.
 */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(cacheRoot(), { recursive: true });
  const file = join(cacheRoot(), `${name}.lock`);
  while (!taken(file)) {
    if (ownerIsGone(file)) rmSync(file, { force: true });
    else await sleep(200);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function taken(file: string): boolean {
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function ownerIsGone(file: string): boolean {
  try {
    const owner = readFileSync(file, 'utf8');
    if (!owner.endsWith('\n')) return false; // being written at this moment
    process.kill(Number(owner), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
