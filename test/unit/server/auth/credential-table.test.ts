import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { describe, test, type TestContext } from 'node:test';
import type { CredentialTable } from '../../../../server/auth/credential-table.ts';
import { loadCredentials } from '../../../../server/auth/credentials-file.ts';
import { basic } from '../../../support/credentials.ts';

/** The table of a file with this text. Files that it names have the texts of `others`. */
async function load(text: string, others: Readonly<Record<string, string>> = {}) {
  return loadCredentials('/etc/auth/auth.yaml')(async (path) => {
    const content = path === '/etc/auth/auth.yaml' ? text : others[path];
    return content === undefined
      ? { ok: false, error: `${path}: there is no such file` }
      : { ok: true, value: Buffer.from(content) };
  });
}

async function table(text: string, others: Readonly<Record<string, string>> = {}): Promise<CredentialTable> {
  const loaded = await load(text, others);
  assert.ok(loaded.ok, loaded.ok ? '' : loaded.error);
  return loaded.value;
}

async function problem(text: string, others: Readonly<Record<string, string>> = {}): Promise<string> {
  const loaded = await load(text, others);
  assert.ok(!loaded.ok, 'it was accepted');
  return loaded.error;
}

/** How many secrets `look` compares by a function whose time does not depend on what is equal. */
function comparisons(t: TestContext, look: () => void): number {
  const { mock } = t.mock.method(crypto, 'timingSafeEqual');
  syncBuiltinESMExports();
  try {
    look();
    return mock.callCount();
  } finally {
    mock.restore();
    syncBuiltinESMExports();
  }
}

describe('the table of credentials', () => {
  test('knows a user by each password it has, in both encodings, and nobody by half of one', async () => {
    const known = await table(`
- { name: jörg, password: pässwort, rights: [read] }
- { name: jörg, password: "0123", rights: [register] }
- { name: deploy, token: abc, rights: [read] }`);
    const rights = (header: string): readonly string[] | undefined => {
      const grant = known.ofHeader(header)?.grants[0];
      return grant && [...grant.rights];
    };
    assert.deepEqual(rights(basic('jörg', 'pässwort')), ['read']);
    assert.deepEqual(rights(basic('jörg', 'pässwort', 'latin1')), ['read']);
    assert.deepEqual(rights(basic('jörg', '0123')), ['register']);
    assert.deepEqual(rights('Bearer abc'), ['read']);
    for (const header of [
      basic('jörg', ''),
      basic('jörg', 'pässwor'),
      basic('jörg', 'pässwortt'),
      basic('Jörg', 'pässwort'),
      basic('deploy', 'abc'),
      basic('', ''),
      'Bearer ab',
      'Bearer 0123',
      'Bearer jörg:0123',
      `Bearer ${basic('deploy', 'abc').slice('Basic '.length)}`,
    ])
      assert.equal(rights(header), undefined, header);
  });

  test('reads numbers, words and dates without quotes as the text of the file', async () => {
    const known = await table(`
- { name: a, password: 0123, rights: [read] }
- { name: b, password: no, rights: [read] }
- { name: c, password: 2026-01-01, rights: [read] }
- { name: d, password: 1e5, rights: [read] }`);
    for (const [user, password] of [
      ['a', '0123'],
      ['b', 'no'],
      ['c', '2026-01-01'],
      ['d', '1e5'],
    ] as const)
      assert.deepEqual(known.ofHeader(basic(user, password))?.names, [user]);
  });

  test('reads secrets from files beside it, without the end of their line', async () => {
    const known = await table(
      '- { name: a, passwordFile: a.txt, rights: [read] }\n- { name: b, tokenFile: /run/b, rights: [read] }',
      { '/etc/auth/a.txt': 'geheim \n', '/run/b': 'tok' },
    );
    assert.deepEqual(known.ofHeader(basic('a', 'geheim '))?.names, ['a']);
    assert.deepEqual(known.ofHeader('Bearer tok')?.names, ['b']);
  });

  test('reports what is wrong, where, and never with a secret', async () => {
    for (const [text, words, others] of [
      ['', /^\/etc\/auth\/auth\.yaml: must be a list of credentials/],
      ['- { name: a, password: geheim', /line 1: the indentation is wrong$/],
      ['- name: a\n- password: "geheim', /line 2: /],
      ['- *a', /an alias/],
      ['- { name: a, tokenFile: t, rights: [read] }', /entry 1 \(a\): \/etc\/auth\/t: there is no such file$/],
      ['- { name: a, tokenFile: t, rights: [read] }', /entry 1 \(a\): t: the token is empty/, { '/etc/auth/t': '\n' }],
      [
        '- { name: a, token: geheim, rights: [read] }\n- { name: b, token: geheim, rights: [operate] }',
        /entry 2 \(b\): has the same token as entry 1 \(a\)$/,
      ],
      [
        '- { name: a, certificate: "CN=a,O=b", rights: [read] }\n- { name: b, certificate: "O=b,CN=a", rights: [read] }',
        /entry 2 \(b\): has the same certificate as entry 1/,
      ],
    ] as readonly (readonly [string, RegExp, Readonly<Record<string, string>>?])[]) {
      const found = await problem(text, others);
      assert.match(found, words);
      assert.doesNotMatch(found, /geheim/);
    }
  });

  test('compares a guess with all secrets of its kind, in constant time, whichever it is; long headers each time', async (t) => {
    const token = (i: number): string => `${i}`.padEnd(i === 9 ? 500 : 20, 'x');
    const tokens = Array.from({ length: 10 }, (_, i) => `- { name: t${i}, token: ${token(i)}, rights: [read] }`);
    const known = await table(`${tokens.join('\n')}\n- { name: a, password: geheim, rights: [read] }`);
    const compared = (header: string): number => comparisons(t, () => void known.ofHeader(header));
    for (const guess of [token(0), token(5), token(8), 'wrong', token(0).slice(1)])
      assert.equal(compared(`Bearer ${guess}`), 10, guess);
    assert.equal(compared(basic('a', 'falsch')), compared(basic('a', 'geheim')));
    // Those that were right are found again by their hash, unless they would take much memory.
    assert.equal(compared(`Bearer ${token(0)}`), 0);
    for (let i = 0; i < 2; i++) assert.equal(compared(`Bearer ${token(9)}`), 10);
    assert.equal(known.ofHeader(`Bearer ${token(9)}`)?.names[0], 't9');
  });

  test('remembers right headers alone, and not without end', async () => {
    const known = await table('- { name: a, password: geheim, rights: [read] }');
    for (let i = 0; i < 100_000; i++) assert.equal(known.ofHeader(basic('a', `geheim${i}`)), undefined);
    assert.equal(known.remembered, 0);
    const right = basic('a', 'geheim');
    for (let i = 0; i < 20_000; i++) assert.ok(known.ofHeader(right + ' '.repeat(i % 10_000)));
    assert.ok(known.remembered <= 5000);
    assert.ok(known.ofHeader(right));
  });
});
