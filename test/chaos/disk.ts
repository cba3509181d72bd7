import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A directory for a registry file on a disk that can be filled. */
export interface Disk {
  readonly dir: string;
  readonly how: 'a small tmpfs that is filled' | 'a directory without the right to write';
  fill(): void;
  free(): void;
  remove(): void;
}

/** As root a directory's rights mean nothing, so it is a little file system of its own; else the rights do. */
export function newDisk(dir: string): Disk | undefined {
  mkdirSync(dir, { recursive: true });
  if (process.getuid?.() !== 0) {
    return {
      dir,
      how: 'a directory without the right to write',
      fill: () => chmodSync(dir, 0o500),
      free: () => chmodSync(dir, 0o700),
      remove: () => chmodSync(dir, 0o700),
    };
  }
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir], { stdio: 'ignore' });
  } catch {
    return undefined; // a container without that right
  }
  const filler = join(dir, 'filler');
  const remove = (): void => {
    try {
      execFileSync('umount', ['-l', dir], { stdio: 'ignore' });
    } catch {
      // it is removed already
    }
  };
  // A run that is interrupted leaves no mounts behind.
  for (const end of ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(end, remove);
  return {
    dir,
    how: 'a small tmpfs that is filled',
    fill: () => {
      const file = openSync(filler, 'w');
      try {
        for (;;) writeSync(file, Buffer.alloc(4096));
      } catch {
        // full
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler, { force: true }),
    remove,
  };
}
