import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleOf, OWN_TREE } from './build.ts';

/** The one file in which the census is told of requests, which no option switches off, and what stands there without it. */
const TELLS = 'server/wiring/server.ts';
const INSTEAD = {
  'census.reads)': '() => false)',
  'census.readsOf': '() => () => undefined',
  'census.writes': '() => false',
  'census.renewed': '() => undefined',
};

/** A bundle of these sources that counts no callers. Returns its path. */
export async function bundleWithoutCensus(workDir: string): Promise<string> {
  const tree = join(workDir, 'without-census');
  mkdirSync(tree);
  for (const part of ['server', 'shared', '.ci/package', 'package.json', 'tsconfig.json'])
    cpSync(join(OWN_TREE, part), join(tree, part), { recursive: true });
  symlinkSync(join(OWN_TREE, 'node_modules'), join(tree, 'node_modules'));
  const file = join(tree, TELLS);
  let text = readFileSync(file, 'utf8');
  for (const [told, instead] of Object.entries(INSTEAD)) {
    if (!text.includes(told)) throw new Error(`${TELLS} does not have ${told} where it had`);
    text = text.replace(told, instead);
  }
  writeFileSync(file, text);
  return bundleOf(tree, join(workDir, 'without-census-bundle'));
}
