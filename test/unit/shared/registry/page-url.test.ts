import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readPageUrl, type PageUrl } from '../../../../shared/registry/page-url.ts';

/** The same by patterns, which say at a glance what is meant. */
function byPatterns(url: string): PageUrl | undefined {
  const match = /^https?:\/\/([^/?#]*)(\/[^#]*)?/i.exec(url);
  if (match === null) return undefined;
  const [, authority = '', path = '/'] = match;
  const port = /:([0-9]+)$/.exec(authority)?.[1];
  return { port: port === undefined ? undefined : Number(port), path };
}

const TABLE: readonly (readonly [string, PageUrl | undefined])[] = [
  ['http://bob.example.com:8080/info', { port: 8080, path: '/info' }],
  ['https://bob.example.com/info?a=b#top', { port: undefined, path: '/info?a=b' }],
  ['HTTPS://bob:443', { port: 443, path: '/' }],
  ['http://bob:80?a=/b', { port: 80, path: '/' }],
  ['http://[fd00::9]:8080/x', { port: 8080, path: '/x' }],
  ['http://[fd00::9]', { port: undefined, path: '/' }],
  ['http://:8080/x', { port: 8080, path: '/x' }],
  ['http://8080/x', { port: undefined, path: '/x' }],
  ['http://bob:/x', { port: undefined, path: '/x' }],
  ['http://', { port: undefined, path: '/' }],
  ['http:/bob', undefined],
  ['ftp://bob/x', undefined],
  ['/info', undefined],
  ['', undefined],
];

for (const [url, expected] of TABLE) test(`the page "${url}"`, () => assert.deepEqual(readPageUrl(url), expected));

test('the same as by patterns, whatever the text', () => {
  const piece = fc.constantFrom(
    'http',
    'https',
    'HTTP',
    ':',
    '/',
    '//',
    '://',
    '?',
    '#',
    '8080',
    '0',
    'bob',
    '[',
    ']',
    '@',
    ' ',
    '\n',
    'é',
  );
  const url = fc
    .tuple(fc.constantFrom('http://', 'https://', 'hTTp://', ''), fc.array(piece))
    .map(([a, b]) => a + b.join(''));
  fc.assert(
    fc.property(url, (text) => assert.deepEqual(readPageUrl(text), byPatterns(text))),
    { numRuns: 5000 },
  );
});
