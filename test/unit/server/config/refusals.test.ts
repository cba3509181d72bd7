import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configured, refused } from '../../../support/config.ts';

test('all problems are reported at once, each with file, line and key', () => {
  const file = `listen: { port: 99999 }
legacy:
  urls:
    - http://eureka-1/eureka
    - ftp://eureka-2/
  pollInterval: 5
clusters:
  - { name: Main, inCluster: true }
guards:
  maxRemovals: 30%
`;
  const problems = refused({ file, environment: { EUREK8S_LOG_LEVEL: 'loud' }, unknown: ['--listen.prot', '1'] });
  assert.deepEqual(problems, [
    'e.yaml:10: guards.maxRemovals: unknown key, did you mean "guards.maxRemoval"?',
    'flag --listen.prot: unknown flag, did you mean "--listen.port"?',
    'e.yaml:1: listen.port: expected a whole number from 0 to 65535, got 99999',
    'e.yaml:5: legacy.urls[1]: "ftp://eureka-2/" must start with http:// or https://, like http://eureka-1:8761/eureka',
    'e.yaml:6: legacy.pollInterval: expected a duration such as 250ms, 5s, 10m, 1h or 2d, at least 100ms, got 5',
    'e.yaml:8: clusters[0].name: expected a DNS label (lower-case letters, digits and dashes, at most 63), got "Main"',
    'environment EUREK8S_LOG_LEVEL: log.level: expected one of debug, info, warn, error, got "loud"',
  ]);
});

test('a line that no parser can read is reported once', () => {
  assert.equal(refused({ file: 'legacy: { urls: [a: b: c: d }\n' }).length, 1);
});

test('nothing to serve: what to give stands on lines of its own, and nobody else can begin one', () => {
  const [nothing = ''] = refused({ flags: {}, source: 'required' });
  assert.match(nothing, /^configuration: there is nothing to serve.*:\n {2}legacy\.urls /);
  assert.doesNotMatch(refused({ file: '"a\\nb": 1' })[0]!, /\n/);
});

test('unknown keys are refused wherever they are, with the name that was probably meant', () => {
  assert.match(refused({ file: 'port: 1' })[0]!, /e\.yaml:1: port: unknown key, did you mean "listen\.port"\?/);
  assert.match(refused({ file: 'legcy: { urls: [] }' })[0]!, /e\.yaml:1: legcy: unknown key, did you mean "legacy"\?/);
  assert.match(refused({ file: 'readonly: true' })[0]!, /did you mean "readOnly"/);
  const inner = refused({ file: 'clusters:\n  - name: a\n    kubeconfg: f\n' });
  assert.match(inner[0]!, /e\.yaml:3: clusters\[0\]\.kubeconfg: unknown key, did you mean "kubeconfig"/);
  const variable = refused({ environment: { EUREK8S_LISTEN_PRT: '1' } });
  assert.match(variable[0]!, /environment EUREK8S_LISTEN_PRT: unknown variable, did you mean "EUREK8S_LISTEN_PORT"/);
  assert.doesNotMatch(refused({ unknown: ['--completely-different'] })[0]!, /did you mean/);
});

test('variables that Kubernetes sets for a Service of our name are no options', () => {
  const environment = {
    EUREK8S_SERVICE_HOST: '10.0.0.7',
    EUREK8S_SERVICE_PORT: '8761',
    EUREK8S_SERVICE_PORT_HTTP: '8761',
    EUREK8S_PORT: 'tcp://10.0.0.7:8761',
    EUREK8S_PORT_8761_TCP: 'tcp://10.0.0.7:8761',
    EUREK8S_PORT_8761_TCP_ADDR: '10.0.0.7',
    EUREK8S_LISTEN_PORT: 'tcp://10.0.0.8:1',
    EUREK8S_METRICS_SERVICE_HOST: '10.0.0.9',
    EUREK8S_METRICS_PORT_9090_TCP_PROTO: 'tcp',
  };
  assert.equal(configured({ environment }).listen.port, 8761);
});

test('a file that is not YAML is refused with the line, and missing sources are not reported', () => {
  const problems = refused({ file: 'listen:\n  port: [1\n', source: 'required' });
  assert.equal(problems.length, 1);
  assert.match(problems[0]!, /^e\.yaml:2: the \[ has no \]/);
  assert.match(refused({ file: '- a\n' })[0]!, /must be a map of options/);
  assert.match(
    refused({ file: 'listen: { port: 1, port: 2 }' })[0]!,
    /e\.yaml:1: the key port appears twice: keys must be unique$/,
  );
  assert.match(
    refused({ file: 'legacy: { urls: *nowhere }' })[0]!,
    /e\.yaml:1: legacy\.urls: an alias \(\*name\) has no anchor/,
  );
  assert.match(refused({ file: 'legacy: 5' })[0]!, /legacy: must be a map/);
});

test('a cluster must name the origin of its credentials', () => {
  for (const cluster of ['{ name: a }', '{ name: a, context: b }', '{ name: a, inCluster: false }'])
    assert.match(
      refused({ flags: { clusters: [cluster] } })[0]!,
      /needs either kubeconfig: FILE .* or inCluster: true/,
    );
  const both = refused({ flags: { clusters: ['{ name: a, inCluster: true, kubeconfig: f }'] } });
  assert.match(both[0]!, /excludes kubeconfig/);
});

test('names of clusters and manifests share one name space', () => {
  const file = 'clusters: [{ name: a, inCluster: true }]\nmanifests:\n  - { name: a, directory: d }\n';
  assert.deepEqual(refused({ file }), ['e.yaml:3: manifests[0].name: "a" is already the name of clusters[0]']);
});

test('selectors, networks, addresses and applications are checked for what they mean', () => {
  assert.match(refused({ flags: { 'selection.labelSelector': ['a in b'] } })[0]!, /selection\.labelSelector/);
  assert.match(refused({ flags: { 'overlay.cidrs': ['10.0.0.0/33'] } })[0]!, /prefix length/);
  assert.match(refused({ flags: { addresses: ['{ nginx: [10.0.0.300] }'] } })[0]!, /addresses\.nginx\[0\]/);
  assert.match(refused({ flags: { addresses: ['{ nginx: [] }'] } })[0]!, /addresses\.nginx: expected a list/);
  assert.match(refused({ flags: { applications: ['{ bob: {}, BOB: {} }'] } })[0]!, /given twice/);
  assert.match(refused({ flags: { 'defaults.traffic': ['half'] } })[0]!, /"single", "ready" or a share/);
  assert.match(refused({ flags: { 'legacy.fullInterval': ['2s'] } })[0]!, /not be shorter than legacy\.pollInterval/);
});

test('two keepers of registrations exclude each other', () => {
  const problems = refused({ file: 'legacy: { urls: ["http://a/"] }\nleases: { enabled: true }' });
  assert.match(problems.join(), /e\.yaml:2: leases\.enabled: cannot be combined with legacy\.urls/);
});

test('publishing needs a legacy that may be written to and was seen before', () => {
  const publish = { 'legacy.publish': ['true'] };
  const legacy = { ...publish, 'legacy.urls': ['http://a/'] };
  const source = { 'leases.enabled': ['true'] };
  assert.match(refused({ flags: { ...publish, ...source } }).join(), /legacy\.publish: needs legacy\.urls/);
  assert.match(refused({ flags: { ...legacy, readOnly: ['true'] } }).join(), /cannot be combined with readOnly/);
  assert.match(
    refused({ flags: { ...legacy, 'legacy.required': ['false'] } }).join(),
    /cannot be combined with legacy\.required: false/,
  );
});

test('what is not there is refused as unknown, in whatever place it is given', () => {
  const listening = refused({ file: 'listen: { tls: { crt: a, key: b } }' });
  assert.match(listening[0]!, /^e\.yaml:1: listen\.tls\.crt: unknown key, did you mean "listen\.tls\.cert"/);
  assert.match(refused({ file: 'probes: { keep: 1h }' })[0]!, /^e\.yaml:1: probes: unknown key/);
  assert.match(refused({ environment: { EUREK8S_PROBES_KEEP: '1h' } })[0]!, /unknown variable/);
  assert.match(refused({ unknown: ['--events.enabled', 'a'] })[0]!, /unknown flag/);
  assert.match(
    refused({ flags: { 'overlay.action': ['sink'] } })[0]!,
    /expected one of absorb, hide, forward, got "sink"/,
  );
});

test('what TLS lacks is reported: half of a pair, authorities, a port of its own', () => {
  for (const [file, problem] of [
    ['listen: { tls: { cert: a } }', /^e\.yaml:1: listen\.tls\.cert: needs listen\.tls\.key$/],
    ['listen: { tls: { key: a } }', /listen\.tls\.key: needs listen\.tls\.cert$/],
    ['legacy: { urls: ["https://a/"], tls: { key: a } }', /legacy\.tls\.key: needs legacy\.tls\.cert$/],
    ['listen: { tls: { cert: a, key: b, clientAuth: request } }', /clientAuth: request needs listen\.tls\.clientCa$/],
    ['listen: { tls: { cert: a, key: b, port: 8761 } }', /tls\.port: is that of listen\.port: leave it out/],
    ['listen: { tls: { port: 8762 } }', /listen\.tls\.port: needs listen\.tls\.cert$/],
    ['listen: { tls: { clientCa: a } }', /listen\.tls\.clientCa: needs listen\.tls\.cert$/],
    ['auth: { anonymous: [reed] }', /auth\.anonymous\[0\]: "reed" is none of read, register, operate$/],
  ] as const)
    assert.match(refused({ file })[0]!, problem);
  const { listen } = configured({ file: 'listen: { tls: { cert: a, key: b } }' });
  assert.deepEqual(listen.tls, { cert: 'a', key: 'b', clientCa: undefined, clientAuth: 'none', port: undefined });
});

test('networks of Pods need no further option: their default holds', () => {
  const { overlay } = configured({ flags: { 'overlay.cidrs': ['10.42.0.0/16'] } });
  assert.deepEqual(overlay, { cidrs: ['10.42.0.0/16'], action: 'absorb' });
});

test('the error of a server without a source lists every way to give one', () => {
  const [problem, ...others] = refused({ source: 'required' });
  assert.deepEqual(others, []);
  for (const key of ['legacy.urls', 'clusters', 'manifests', 'leases.enabled']) assert.ok(problem!.includes(key), key);
  for (const key of ['legacy.urls', 'clusters', 'manifests', 'leases.enabled'])
    assert.ok(problem!.includes(`--${key}`), key);
  configured({ source: 'required', flags: { 'leases.enabled': ['true'] } });
  configured({ source: 'required', flags: { manifests: ['{ name: a, directory: d }'] } });
});

test('an invalid source is not reported as a missing one too', () => {
  const problems = refused({ source: 'required', flags: { 'legacy.urls': ['eureka'] } });
  assert.equal(problems.length, 1);
});

test('secrets of URLs appear in no problem', () => {
  const texts = ['ftp://user:secret@a/', 'http://user:se/cret@a/', 'user:secret@a:8761/', 'http://user:secret@a/?x#y'];
  for (const text of texts) {
    assert.doesNotMatch(refused({ flags: { 'legacy.urls': [text] } }).join('\n'), /cret/, text);
    assert.doesNotMatch(refused({ file: `legacy: { urls: "${text}" }` }).join('\n'), /:secret@/, text);
    assert.doesNotMatch(refused({ flags: { clusters: [`[{ ${text}`] } }).join('\n'), /:secret@a\//, text);
  }
});
