import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Value } from 'typebox/value';
import { configJsonSchema } from '../../../../server/config/json-schema.ts';
import { type OptionKey, optionKeys, options } from '../../../../server/config/options.ts';

const schema = configJsonSchema();

/** A configuration with this one value. */
function document(key: OptionKey, value: unknown): unknown {
  const [section = '', name] = key.split('.');
  return name === undefined ? { [section]: value } : { [section]: { [name]: value } };
}

/** Values that people write, some of them valid. The option's own check decides which. */
const written: Readonly<Partial<Record<OptionKey, readonly unknown[]>>> = {
  'listen.host': ['::', '0.0.0.0', 'localhost', '[::]', '10.0.0.300', 'a b', '', 'fe80::1%eth0', '10.0.0.7.', '1.2.3'],
  'listen.keepAlive': ['1s', '999ms', '1000ms', '0s', '65m', '0h', '0.5s', '1.5s', '010s', '0.1m'],
  'legacy.urls': [
    ['http://eureka-1:8761/eureka'],
    ['http://user:secret@eureka-1:8761/eureka', 'https://[fd00::7]:8761/eureka/'],
    [' http://eureka-1/eureka '],
    ['http://10.0.0.7'],
    ['ftp://x'],
    ['eureka-1:8761'],
    ['http://'],
    ['http:///'],
    ['http://a:99999/eureka'],
    ['http://a:port/eureka'],
    ['http://[fd00::7/eureka'],
    ['http://a/eureka?zone=b'],
    ['http://a/eureka#top'],
    ['http://a', ''],
    'http://a',
  ],
  'legacy.pollInterval': ['100ms', '99ms', '0.1s', '0.099s', '0s', '00.5s', '5', '5 s', '-5s', '1.5h', '0d', '0.0m'],
  'legacy.fullInterval': ['1s', '0.9s', '5m', '999.4ms', '1000.5ms'],
  'selection.ingressClasses': [['nginx'], ['nginx internal'], [' '], ['']],
  'selection.namespaces': [['shop'], ['Shop'], ['shop_1'], ['-shop'], ['shop', 'a.b'], ['x'.repeat(64)]],
  'selection.labelSelector': [
    '',
    '  ',
    'a=b',
    'a==b, c!=d',
    'example.com/team in (web, api),!test',
    'a notin ()',
    'a in (b,)',
    'a',
    'a=',
    '! a',
    'a in b',
    'a in (b',
    'a=b,',
    ',',
    'a=b c',
    'a=b=c',
    '=b',
    'a>1',
    'a in (b c)',
    'a/b/c=d',
  ],
  'selection.namespaceSelector': ['team in (blue, green),tier!=test', 'team=(blue)'],
  'defaults.traffic': ['single', 'ready', '25%', '12.5%', '12.3456%', '100.0%', '101%', '5', 'all'],
  'defaults.minReady': [0, 1, 10_000, -1, 1.5, '1'],
  'defaults.downDelay': ['0s', '30s', '30'],
  'defaults.probe': ['none', 'observe', 'require', 'always', '/health'],
  'probe.interval': ['1s', '30s', '999ms', '30'],
  'overlay.cidrs': [
    ['10.42.0.0/16'],
    ['10.42.0.0'],
    ['fd00::/8', '::/0', '::1'],
    ['1:2:3:4:5:6:7:8/128', '::ffff:10.0.0.0/104', '1::', '1:2:3::7:8'],
    ['10.42.0.0/33'],
    ['10.42.0/16'],
    ['10.42.0.256/16'],
    ['fd00::/129'],
    ['fd00:::/8'],
    ['1:2:3:4:5:6:7/8'],
    ['10.42.0.0/16/2'],
    ['pods'],
  ],
  'guards.maxRemoval': ['30%', '0%', '100%', '100.1%', '30', 30],
  'guards.minInstances': [0, 1_000_000, 1_000_001],
  clusters: [
    [{ name: 'main', inCluster: true }],
    [{ name: 'main', kubeconfig: 'f', context: 'c' }],
    [{ name: 'main', kubeconfig: 'f', inCluster: false }],
    [{ name: 'main' }],
    [{ name: 'main', context: 'c' }],
    [{ name: 'main', inCluster: false }],
    [{ name: 'main', inCluster: true, kubeconfig: 'f' }],
    [{ name: 'main', inCluster: true, context: 'c' }],
    [{ name: 'Main', inCluster: true }],
    [{ inCluster: true }],
  ],
  manifests: [[{ name: 'local', directory: 'd' }], [{ name: 'local' }], [{ name: 'local', directory: '' }]],
  addresses: [
    { nginx: ['10.0.0.7', 'internal.elb.example.com', 'fd00::7', 'host.', '1a.2b'] },
    { nginx: ['10.0.0.300'] },
    { nginx: ['a b'] },
    { nginx: ['a..b'] },
    { nginx: ['http://a'] },
    { nginx: ['10.0.0.7:80'] },
    { nginx: [] },
    { nginx: '10.0.0.7' },
  ],
  applications: [
    { BOB: { policy: 'both', namespaces: ['shop'] } },
    { BOB: { policy: 'neither' } },
    { BOB: { namespaces: ['Shop'] } },
    { BOB: { namespace: ['shop'] } },
  ],
  readOnly: [true, 'true'],
  'log.level': ['info', 'loud'],
};

test('the JSON schema refuses what the server refuses, and accepts what it accepts', () => {
  for (const key of optionKeys)
    for (const value of written[key] ?? []) {
      const isRead = options[key].kind.read(value).ok;
      assert.equal(Value.Check(schema, document(key, value)), isRead, `${key}: ${JSON.stringify(value)}`);
    }
});

test('no expression of the JSON schema has look-around, which Helm cannot read', () => {
  assert.doesNotMatch(JSON.stringify(schema), /\(\?[=!<]/);
});
