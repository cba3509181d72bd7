import { globSync, readFileSync } from 'node:fs';
import { REFUSAL_CODES, type RefusalCode } from '../../shared/contribution/refusal.ts';

const MERGE_FILES = new URL('../../shared/registry/', import.meta.url);

/** The refusal codes of the merge, read from its source text. Each of them must have a golden. */
export function mergeRefusalCodes(): readonly RefusalCode[] {
  const text = globSync('*.ts', { cwd: MERGE_FILES })
    .map((file) => readFileSync(new URL(file, MERGE_FILES), 'utf8'))
    .join('\n');
  const given = new Set([...text.matchAll(/\bcode: '([a-z-]+)'/g)].map(([, code]) => code));
  return REFUSAL_CODES.filter((code) => given.has(code));
}
