import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ending } from './running-server.ts';

/** A directory that goes away with the test. */
export function temporaryDirectory(t: Ending): string {
  const directory = mkdtempSync(join(tmpdir(), 'eurek8s-auth-'));
  t.after(async () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A file with this text, in a directory of its own. */
export function temporaryFile(t: Ending, name: string, text: string): string {
  const file = join(temporaryDirectory(t), name);
  writeFileSync(file, text);
  return file;
}

export function basic(user: string, password: string, encoding: 'utf8' | 'latin1' = 'utf8'): string {
  return `Basic ${Buffer.from(`${user}:${password}`, encoding).toString('base64')}`;
}
