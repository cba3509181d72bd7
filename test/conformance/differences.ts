import { readFileSync } from 'node:fs';

const BEGIN = '<!-- differences:begin -->';
const END = '<!-- differences:end -->';

/** The ids in the table of intended differences in docs/protocol.md. */
export function listedDifferences(): ReadonlySet<string> {
  const text = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END);
  if (from < 0 || to < from) throw new Error(`docs/protocol.md has no section between ${BEGIN} and ${END}`);
  const rows = text.slice(from, to).matchAll(/^\| `([a-z\d-]+)` +\|/gm);
  const ids = [...rows].map(([, id = '']) => id);
  if (new Set(ids).size !== ids.length) throw new Error('docs/protocol.md lists a difference twice');
  return new Set(ids);
}
