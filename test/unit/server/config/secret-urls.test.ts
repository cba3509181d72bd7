import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printedConfig } from '../../../../server/config/print-config.ts';
import { basicAuthorization } from '../../../../shared/text/url-credentials.ts';
import { configured, loaded, refused } from '../../../support/config.ts';

/** The user and password that a legacy at this URL receives. */
function sent(url: string): string {
  const [only] = configured({ file: `legacy: { urls: [${JSON.stringify(url)}] }` }).legacy.urls;
  const [, base64 = ''] = (basicAuthorization(only ?? '') ?? '').split(' ');
  return Buffer.from(base64, 'base64').toString();
}

test('credentials are sent character for character; only a % with two hex digits is an escape', () => {
  const cases: readonly (readonly [written: string, credentials: string])[] = [
    ['bobby:secret', 'bobby:secret'],
    ['bobby:50%off', 'bobby:50%off'],
    ['bobby:100%', 'bobby:100%'],
    ['bobby:%', 'bobby:%'],
    ['bobby:%zz%2', 'bobby:%zz%2'],
    ['bobby:50%25off', 'bobby:50%off'],
    ['bobby:%2525', 'bobby:%25'],
    ['bo%40by:a%2Fb%3Fc%23d%5Ce', 'bo@by:a/b?c#d\\e'],
    ['bobby:a+b', 'bobby:a+b'],
    ['bobby:a:b:c', 'bobby:a:b:c'],
    ['bobby:a@b@c', 'bobby:a@b@c'],
    ['bobby:a b', 'bobby:a b'],
    [`bobby:'"<>\`{}|^[]`, `bobby:'"<>\`{}|^[]`],
    ['bobby:a,b;c=d&e$f!(g)*', 'bobby:a,b;c=d&e$f!(g)*'],
    ['üschi:pässwörd€', 'üschi:pässwörd€'],
    ['bobby:p%C3%A4ss', 'bobby:päss'],
    ['bobby:🔑', 'bobby:🔑'],
    ['bobby', 'bobby:'],
    ['bobby:', 'bobby:'],
    [':secret', ':secret'],
  ];
  for (const [written, credentials] of cases) assert.equal(sent(`http://${written}@eureka-1:8761/eureka`), credentials);
  assert.equal(basicAuthorization('http://eureka-1:8761/'), undefined);
});

test('an escaped byte that is no UTF-8 is sent as it is', () => {
  const [url = ''] = configured({ flags: { 'legacy.urls': ['http://bobby:%E4@eureka-1/'] } }).legacy.urls;
  assert.equal(basicAuthorization(url), `Basic ${Buffer.from('bobby:\u00e4', 'latin1').toString('base64')}`);
});

test('what would cut the user-info of a URL is refused with what to write instead', () => {
  for (const password of [
    'se/cret',
    'se?cret',
    'se#cret',
    String.raw`se\cret`,
    '12/secret',
    '12?secret',
    '12#secret',
  ]) {
    for (const userInfo of [`bobby:${password}`, `${password}:x`, `a@b:${password}`]) {
      const [problem = '', ...more] = refused({
        file: `legacy: { urls: [${JSON.stringify(`http://${userInfo}@h:1/e`)}] }`,
      });
      assert.deepEqual(more, []);
      assert.match(problem, /^e\.yaml:1: legacy\.urls\[0\]: .*%2F.*%5C.*%3F.*%23/, userInfo);
      assert.doesNotMatch(problem, /cret|bobby|12/, userInfo);
    }
  }
});

test('characters that URL parsers drop or replace are refused, not sent differently', () => {
  for (const odd of [String.raw`\t`, String.raw`\n`, String.raw`\u0000`, String.raw`\u007f`, String.raw`\ud800`]) {
    const [problem = ''] = refused({ file: `legacy: { urls: ["http://bobby:se${odd}cret@eureka-1/"] }` });
    assert.match(problem, /legacy\.urls\[0\]: .*percent-encode/, odd);
    assert.doesNotMatch(problem, /cret|bobby/, odd);
  }
});

const SECRETS = [
  "se'cret",
  'se<cret',
  'se>cret',
  'se cret',
  'se"cret',
  'se/cret',
  'se?cret',
  'se#cret',
  'se@cret',
  'se:cret',
  'se,cret',
  'se{cret}',
  'se[cret]',
  'se%cret',
  String.raw`se\cret`,
  'sécret',
];

test('no part of a secret is in a refusal, whichever way the value came and whatever is wrong with it', () => {
  for (const secret of SECRETS) {
    const urls = [
      `ftp://bobby:${secret}@eureka-1/`,
      `http:/bobby:${secret}@eureka-1/`,
      `bobby:${secret}@eureka-1:8761`,
      `http://bobby:${secret}@eureka-1:port/eureka`,
      `http://bobby:${secret}@eureka-1/eureka/apps`,
      `http://eureka-1/eureka?token=${secret}`,
      `http://eureka-1/eureka#${secret}`,
      `http://bobby:${secret}@eureka-1/eureka?token=${secret}`,
      `http://bobby:${secret}`,
    ];
    for (const url of urls) {
      const json = JSON.stringify(url);
      const ways = {
        flag: { flags: { 'legacy.urls': [url] } },
        brackets: { flags: { 'legacy.urls': [`[${json}]`] } },
        environment: { environment: { EUREK8S_LEGACY_URLS: url } },
        file: { file: `legacy: { urls: [${json}] }` },
        bare: { file: `legacy:\n  urls: ${json}\n` },
        key: { file: `legacy: { urls: [{ ${json}: 1 }] }` },
        map: { file: `legacy: { urls: { url: "http://e", password: ${json} } }` },
        section: { file: `legacy: { ${json}: 1 }` },
        elsewhere: { flags: { 'listen.host': [url], addresses: [`{ nginx: [${json}] }`] } },
        structured: { flags: { clusters: [url, `{ name: ${json} }`, `{ ${json}: 1 }`] } },
        selector: { flags: { 'selection.labelSelector': [url] } },
        networks: { flags: { 'overlay.cidrs': [url], 'overlay.action': ['hide'] } },
        namespaces: { flags: { 'selection.namespaces': [url] } },
        applications: { file: `applications: { BOB: { policy: ${json} } }` },
        argument: { unknown: ['--legacy.url', url, url] },
        words: { unknown: url.split(' ') },
      };
      for (const [way, given] of Object.entries(ways)) {
        // The end of a valid URL is its host: `http://bobby:se@cret`.
        const problems = refusedOrNothing(given).join('\n').replaceAll('***@cret"', '');
        assert.doesNotMatch(problems, /cret|bobby/, `${way}: ${url}`);
      }
    }
  }
});

function refusedOrNothing(given: Parameters<typeof refused>[0]): readonly string[] {
  try {
    return refused(given);
  } catch (error) {
    if (error instanceof assert.AssertionError && error.message === 'the configuration was accepted') return [];
    throw error;
  }
}

test('the printed configuration hides every part of the user-info, whatever it contains', () => {
  for (const secret of SECRETS) {
    const url = `http://bobby:${encodeURIComponent(secret)}@eureka-1:8761/eureka`;
    const lenient = `http://bobby:${secret.replaceAll(/[/?#\\]/g, '')}@eureka-1:8761/eureka`;
    for (const each of [url, lenient]) {
      const text = printedConfig(loaded({ file: `legacy: { urls: [${JSON.stringify(each)}] }` }).given);
      assert.match(text, /^ {4}- http:\/\/\*\*\*@eureka-1:8761\/eureka$/m);
      assert.doesNotMatch(text, /cret|bobby/);
    }
  }
});

test('a path of a directory with an @ is printed as it is, a URL in any value without its secrets', () => {
  const file = `manifests: [{ name: a, directory: /data/a@b }, { name: b, directory: "http://bobby:se'cret@h/x" }]`;
  const text = printedConfig(loaded({ file }).given);
  assert.match(text, /directory: \/data\/a@b$/m);
  assert.doesNotMatch(text, /cret|bobby/);
});
