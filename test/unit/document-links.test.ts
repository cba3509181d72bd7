import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');
const DOCUMENTS = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** Without what is code, in which brackets are no links. */
function prose(file: string): string {
  return readFileSync(file, 'utf8')
    .replaceAll(/^ *(```|~~~)[^]*?^ *\1 *$/gm, '')
    .replaceAll(/^(#.*)$|`[^`\n]*`/gm, (_text, heading: string | undefined) => heading ?? '`');
}

/** The anchors that a page gets: of its headings, as Git hosts make them, and those that it names itself. */
function anchorsOf(file: string): ReadonlySet<string> {
  const text = prose(file);
  const anchors = new Set([...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id = '']) => id));
  for (const [, heading = ''] of text.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = words.replaceAll(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-');
    let [anchor, again] = [slug, 0];
    while (anchors.has(anchor)) anchor = `${slug}-${++again}`;
    anchors.add(anchor);
  }
  return anchors;
}

test('every link from one document to another leads to a file, and to a heading of it, that are there', () => {
  const broken: string[] = [];
  let seen = 0;
  for (const document of DOCUMENTS) {
    const file = join(ROOT, document);
    for (const [, link = ''] of prose(file).matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      seen++;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : join(dirname(file), decodeURIComponent(path));
      const isThere = existsSync(target) && !relative(ROOT, target).startsWith('..');
      if (!isThere || (anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor)))
        broken.push(`${document}: ${link}`);
    }
  }
  assert.deepEqual(broken, []);
  assert.ok(seen > 100, `${seen} links`);
});
