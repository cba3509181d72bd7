import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleOf, OWN_TREE } from './build.ts';

/** The one file in which the census is told of requests, which no option switches off, and what stands there without it. */
const TELLS = 'server/wiring/server.ts';
const INSTEAD = {
  'census.reads)': '() => false)',
  'census.readsOf': '() => () => undefined',
  'census.writes': '() => false',
  ', log, census)': ', log, { senderOf: () => undefined, renewed: () => undefined })',
};

/** A bundle of these sources that counts no callers. Returns its path. */
export async function bundleWithoutCensus(workDir: string): Promise<string> {
  const tree = join(workDir, 'without-census');
  mkdirSync(tree);
  for (const part of ['server', 'shared', '.ci/package', 'package.json', 'tsconfig.json'])
    cpSync(join(OWN_TREE, part), join(tree, part), { recursive: true });
  symlinkSync(join(OWN_TREE, 'node_modules'), join(tree, 'node_modules'));
  const file = join(tree, TELLS);
  writeFileSync(file, withoutCensus(readFileSync(file, 'utf8')));
  return bundleOf(tree, join(workDir, 'without-census-bundle'));
}

/** The source of `TELLS` with nothing told. Throws when it no longer tells where it did. */
export function withoutCensus(source: string): string {
  let text = source;
  for (const [told, instead] of Object.entries(INSTEAD)) {
    if (!text.includes(told)) throw new Error(`${TELLS} does not have ${told} where it had`);
    text = text.replace(told, instead);
  }
  return text;
}
