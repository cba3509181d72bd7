import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A place for the registry file that can be full or read-only. */
export interface SmallDisk {
  readonly directory: string;
  /** For the process that writes there. */
  readonly limits: readonly string[];
  fill(): void;
  /** There is room again for the process. */
  free(pid: number): void;
  protect(): void;
  permit(): void;
}

/** A file system in memory where we may mount one; else limits and permissions that come to the same. */
export function smallDisk(t: TestContext, parent: string): SmallDisk {
  const directory = join(parent, 'disk');
  mkdirSync(directory);
  return mounted(t, directory) ?? permitted(directory);
}

function mounted(t: TestContext, directory: string): SmallDisk | undefined {
  const mount = (options: string): void => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'eurek8s-faults', directory], { stdio: 'ignore' });
  };
  try {
    mount('size=256k');
  } catch {
    return undefined;
  }
  t.after(() => execFileSync('umount', ['--lazy', directory]));
  const filler = join(directory, 'filler');
  return {
    directory,
    limits: [],
    fill: () => {
      const { bsize, bavail } = statfsSync(directory);
      writeFileSync(filler, Buffer.alloc(bsize * bavail));
    },
    free: () => rmSync(filler),
    protect: () => mount('remount,ro'),
    permit: () => mount('remount,rw'),
  };
}

function permitted(directory: string): SmallDisk {
  return {
    directory,
    limits: ['-S -f 1'],
    fill: () => undefined,
    free: (pid) => void execFileSync('prlimit', ['--pid', String(pid), '--fsize=unlimited:']),
    protect: () => chmodSync(directory, 0o500),
    permit: () => chmodSync(directory, 0o700),
  };
}
