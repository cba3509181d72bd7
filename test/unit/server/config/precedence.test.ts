import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appName } from '../../../../shared/model/names.ts';
import { environmentName, optionKeys } from '../../../../server/config/options.ts';
import { configured } from '../../../support/config.ts';

const NO_TLS = { ca: undefined, cert: undefined, key: undefined };

test('without anything given the defaults are those of the interface', () => {
  const config = configured({});
  assert.deepEqual(config.listen, {
    host: '::',
    port: 8761,
    keepAlive: 65 * 60_000,
    tls: undefined,
    trustedProxies: [],
  });
  assert.deepEqual(config.auth, { file: undefined, anonymous: ['read', 'register'] });
  const { legacy } = config;
  assert.deepEqual(legacy, {
    urls: [],
    pollInterval: 5000,
    fullInterval: 300_000,
    required: true,
    peerFeed: false,
    publish: false,
    tls: NO_TLS,
  });
  assert.deepEqual(config.guards, { maxRemoval: 30, minInstances: 3, grace: 300_000, window: 60_000 });
  assert.deepEqual(config.defaults.traffic, { kind: 'single' });
});

test('a flag wins over the environment, the environment over the file, the file over the default', () => {
  const file = 'listen: { host: 127.0.0.1, port: 1 }\nlog: { level: warn }\n';
  const environment = { EUREK8S_LISTEN_PORT: '2', EUREK8S_LOG_LEVEL: 'error' };
  assert.equal(configured({ file }).listen.port, 1);
  assert.equal(configured({ file, environment }).listen.port, 2);
  const all = configured({ file, environment, flags: { 'listen.port': ['3'] } });
  assert.deepEqual([all.listen.host, all.listen.port], ['127.0.0.1', 3]);
  assert.equal(all.log.level, 'error');
});

test('with a credentials file nobody may do anything without credentials, unless configured otherwise', () => {
  const auth = (flags: Parameters<typeof configured>[0]['flags']) =>
    configured(flags === undefined ? {} : { flags }).auth;
  assert.deepEqual(auth({ 'auth.file': ['a.yaml'] }), { file: 'a.yaml', anonymous: [] });
  assert.deepEqual(auth({ 'auth.file': ['a.yaml'], 'auth.anonymous': ['read'] }).anonymous, ['read']);
  assert.deepEqual(auth({ 'auth.file': [''] }).anonymous, ['read', 'register']);
  assert.deepEqual(auth({ 'auth.anonymous': ['[]'] }).anonymous, []);
});

test('a list given further up replaces the list below, it is not added to', () => {
  const file = 'legacy: { urls: ["http://a/eureka"] }';
  const flags = { 'legacy.urls': ['http://b/eureka'] };
  assert.deepEqual(configured({ file, flags }).legacy.urls, ['http://b/eureka/']);
});

test('lists by flag are comma-separated, repeated, or in brackets', () => {
  const spellings = [
    ['http://a/,http://b/'],
    ['http://a/', 'http://b/'],
    ['[http://a/, http://b/]'],
    [' http://a/ , http://b/,'],
  ];
  for (const texts of spellings)
    assert.deepEqual(configured({ flags: { 'legacy.urls': texts } }).legacy.urls, ['http://a/', 'http://b/']);
});

test('structured options are given as YAML or JSON, flags of them add up', () => {
  const config = configured({
    flags: { clusters: ['[{"name":"a","inCluster":true}]', '{ name: b, kubeconfig: f, context: c }'] },
    environment: {
      EUREK8S_MANIFESTS: '- name: local\n  directory: dir\n',
      EUREK8S_ADDRESSES: '{"nginx": ["10.0.0.7", "lb.example.com"]}',
      EUREK8S_APPLICATIONS: 'bob: { policy: legacy-only }',
    },
  });
  assert.deepEqual(config.clusters, [
    { name: 'a', required: true, inCluster: true },
    { name: 'b', required: true, inCluster: false, kubeconfig: 'f', context: 'c' },
  ]);
  assert.deepEqual(config.manifests, [{ name: 'local', directory: 'dir' }]);
  assert.deepEqual(config.addresses, new Map([['nginx', ['10.0.0.7', 'lb.example.com']]]));
  assert.deepEqual(config.applications, new Map([[appName('BOB'), { policy: 'legacy-only', namespaces: [] }]]));
});

test('every option has an environment variable of its own, with or without underscores between words', () => {
  const names = optionKeys.map(environmentName);
  assert.equal(new Set(names.map((name) => name.replaceAll('_', ''))).size, optionKeys.length);
  assert.ok(names.includes('EUREK8S_LISTEN_PORT') && names.includes('EUREK8S_LEGACY_POLL_INTERVAL'));
  assert.equal(configured({ environment: { EUREK8S_LEGACY_POLLINTERVAL: '2s' } }).legacy.pollInterval, 2000);
  assert.equal(configured({ environment: { EUREK8S_LEGACY_POLL_INTERVAL: '2s' } }).legacy.pollInterval, 2000);
});

test('a key without value, as when everything below it is commented out, means the default', () => {
  const file = 'legacy:\n  # urls: []\nclusters:\nlisten:\n  port:\n';
  assert.equal(configured({ file }).listen.port, 8761);
  assert.equal(configured({ file: '# nothing\n' }).listen.port, 8761);
});

test('the result cannot be changed', () => {
  const config = configured({ file: 'legacy: { urls: ["http://a/"] }' });
  assert.ok(Object.isFrozen(config) && Object.isFrozen(config.legacy) && Object.isFrozen(config.legacy.urls));
});

test('URLs get the slash that paths are resolved against, and keep their user-info', () => {
  const urls = 'http://user:pa%3Ass@eureka-1:8761/eureka,https://eureka-2';
  assert.deepEqual(configured({ flags: { 'legacy.urls': [urls] } }).legacy.urls, [
    'http://user:pa%3Ass@eureka-1:8761/eureka/',
    'https://eureka-2/',
  ]);
});

test('what Secrets, editors and Helm add to a value does not count: line ends, a byte order mark, exponents', () => {
  const environment = { EUREK8S_LEGACY_URLS: 'http://user:se,cret@e/eureka\n', EUREK8S_READ_ONLY: 'true\n' };
  const config = configured({ file: '\uFEFFguards:\r\n  minInstances: 1e+06\r\n', environment });
  assert.deepEqual(config.legacy.urls, ['http://user:se,cret@e/eureka/']);
  assert.equal(config.readOnly, true);
  assert.equal(config.guards.minInstances, 1_000_000);
});
