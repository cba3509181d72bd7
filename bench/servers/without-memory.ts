import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleOf, OWN_TREE } from './build.ts';

/** The one place where requests are counted by caller, which no option switches off. */
const COUNTING = { file: 'server/wiring/server.ts', line: '    census.note(request);\n' } as const;

/** A bundle of these sources without the line by which callers are counted. Returns its path. */
export async function bundleWithoutCensus(workDir: string): Promise<string> {
  const tree = join(workDir, 'without-census');
  mkdirSync(tree);
  for (const part of ['server', 'shared', '.ci/package', 'package.json', 'tsconfig.json'])
    cpSync(join(OWN_TREE, part), join(tree, part), { recursive: true });
  symlinkSync(join(OWN_TREE, 'node_modules'), join(tree, 'node_modules'));
  const file = join(tree, COUNTING.file);
  const text = readFileSync(file, 'utf8');
  if (!text.includes(COUNTING.line)) throw new Error(`${COUNTING.file} does not count callers where it did`);
  writeFileSync(file, text.replace(COUNTING.line, ''));
  return bundleOf(tree, join(workDir, 'without-census-bundle'));
}
