import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { FOLDERS, type Folder } from './architecture.ts';

export const architectureFile = new URL('../../docs/architecture.md', import.meta.url);

const BEGIN = '<!-- folders: written by `npm run docs` from test/support/architecture.ts -->';
const END = '<!-- end of folders -->';

/** The current docs/architecture.md, with the table of folders written anew. */
export async function architectureDocument(): Promise<string> {
  const text = readFileSync(architectureFile, 'utf8');
  const [before, rest] = [text.slice(0, text.indexOf(BEGIN)), text.slice(text.indexOf(END))];
  const style = await resolveConfig(architectureFile);
  return format(`${before}${BEGIN}\n\n${table()}\n\n${rest}`, { ...style, parser: 'markdown' });
}

function table(): string {
  const rows = FOLDERS.map((row) => `| \`${row.folder}\` | ${row.what} | ${knows(row)} |`);
  return ['| folder | what it is | imports |', '| --- | --- | --- |', ...rows].join('\n');
}

function knows({ imports, packages, node }: Folder): string {
  const short = imports.map((each) => each.replace(/^shared\/\*$/, 'the core').replace(/^server\/\*$/, 'all edges'));
  const words = [...short, ...packages, ...(node === 'all' ? ['Node'] : node)];
  return words.length === 0 ? 'nothing' : words.join(', ');
}
