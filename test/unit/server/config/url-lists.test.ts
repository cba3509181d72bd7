import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configured, refused } from '../../../support/config.ts';

test('a comma in the user-info belongs to it, a comma before a scheme separates', () => {
  const cases: readonly (readonly [text: string, urls: readonly string[]])[] = [
    ['http://bobby:a,b@h/', ['http://bobby:a,b@h/']],
    ['http://bobby:a,b@h/,http://h2/', ['http://bobby:a,b@h/', 'http://h2/']],
    ['http://h2/,http://us,er:a,,b@h/, https://u:c@h3/', ['http://h2/', 'http://us,er:a,,b@h/', 'https://u:c@h3/']],
    ['http://bobby:a, b@h/', ['http://bobby:a,%20b@h/']],
    ['["http://bobby:a,b@h/", "http://h2/"]', ['http://bobby:a,b@h/', 'http://h2/']],
    [',http://h/,,http://h2/,', ['http://h/', 'http://h2/']],
  ];
  for (const [text, urls] of cases) {
    assert.deepEqual(configured({ flags: { 'legacy.urls': [text] } }).legacy.urls, urls, text);
    assert.deepEqual(configured({ environment: { EUREK8S_LEGACY_URLS: text } }).legacy.urls, urls, text);
  }
});

test('a further URL without its scheme is refused, not taken for a path', () => {
  assert.equal(refused({ flags: { 'legacy.urls': ['http://h1/?a=1,2,3'] } }).length, 1);
  const [problem = '', ...more] = refused({ flags: { 'legacy.urls': ['http://h1:8761/eureka,h2:8761/eureka'] } });
  assert.deepEqual(more, []);
  assert.match(problem, /^flag --legacy\.urls: legacy\.urls\[1\]: does not begin with http:\/\/ or https:\/\//);
});

test('brackets that cut a secret at its comma, or are no list, are refused without the text', () => {
  for (const text of [
    '[http://bobby:se,cret@h/]',
    '[http://bobby:se, cret@h/',
    '[http://bobby:secret@h/',
    '[{bobby: secret}',
  ]) {
    const problems = refused({ flags: { 'legacy.urls': [text] } }).join('\n');
    assert.match(problems, /legacy\.urls/);
    assert.doesNotMatch(problems, /cret|bobby|se,/, text);
  }
  assert.match(refused({ flags: { 'legacy.urls': ['[http://h1/'] } })[0]!, /no valid YAML or JSON/);
});

test('errors of YAML are described in our words, and quote nothing but keys', () => {
  const broken = [
    'legacy: { urls: [*secret] }',
    'legacy: { urls: [ *secret: ] }',
    'legacy: { urls: !secret [a] }',
    String.raw`legacy: { urls: ["\secret"] }`,
    'legacy: { urls: [@secret] }',
    'legacy: { urls: |secret\n}',
    'legacy: { urls: [http://bobby:secret@h }',
    'legacy:\n  urls: secret: secret\n',
    'legacy:\n\turls: secret\n',
    'legacy: { urls: a, secret: }, secret: ] secret',
    '%secret\n---\nlegacy: 1\n',
    'legacy: &secret\n  urls: *secret\n',
    '? { secret: 1 }\n: secret\n',
    '"secret": 1\n"secret": 2\n"unterminated secret',
  ];
  for (const file of broken) {
    const problems = refused({ file });
    for (const problem of problems) assert.match(problem, /^e\.yaml:\d+: |^e\.yaml: /, file);
    assert.doesNotMatch(
      problems.join('\n').replace(/secret: unknown key|the key secret appears twice/, ''),
      /secret/,
      `${file}\n${problems.join()}`,
    );
  }
  for (const text of ['{ *secret }', String.raw`{ name: "\secret" }`, '{ name: secret', 'secret: secret: 1'])
    assert.doesNotMatch(refused({ flags: { clusters: [text] } }).join('\n'), /secret/, text);
  assert.match(refused({ file: 'legacy: { urls: *nowhere }' })[0]!, /^e\.yaml:1: .*an alias .* quote/);
});

test('the same Eureka twice is refused with the place of the first', () => {
  const twice = [
    ['http://e:8761/eureka', 'http://e:8761/eureka/'],
    ['http://e:80/eureka', 'http://E/eureka'],
    ['http://a:b%40@e:8761/eureka', 'http://a:b@@e:8761/eureka/'],
  ];
  for (const urls of twice)
    assert.deepEqual(refused({ flags: { 'legacy.urls': urls } }), [
      'flag --legacy.urls: legacy.urls[1]: is the same Eureka as legacy.urls[0]: name each once',
    ]);
  configured({ flags: { 'legacy.urls': ['http://e:8761/eureka,http://e:8761/eureka2,http://f:8761/eureka'] } });
  configured({ flags: { 'legacy.urls': ['http://a:old@e:8761/eureka,http://a:new@e:8761/eureka'] } });
});

test('a URL that goes on into the registry is refused with the base URL to write', () => {
  for (const tail of ['apps', 'apps/', 'apps/delta', 'apps//'])
    assert.match(
      refused({ flags: { 'legacy.urls': [`http://bobby:secret@e:8761/eureka/${tail}`] } })[0]!,
      /legacy\.urls\[0\]: "http:\/\/\*\*\*@e:8761\/eureka\/apps.*" .*without \/apps, as in http:\/\/eureka-1:8761\/eureka$/,
    );
  configured({ flags: { 'legacy.urls': ['http://e:8761/apps/eureka,http://e:8761/myapps'] } });
});
