import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { printedConfig } from '../../../../server/config/print-config.ts';
import { configured, loaded } from '../../../support/config.ts';

const file = `legacy:
  urls: ["http://user:secret@eureka-1:8761/eureka"]
  pollInterval: 3s
manifests: [{ name: local, directory: d }]
`;

test('the printed configuration hides secrets', () => {
  const text = printedConfig(loaded({ file }).given);
  assert.doesNotMatch(text, /secret|user:/);
  assert.match(text, /- http:\/\/\*\*\*@eureka-1:8761\/eureka\n/);
});

test('each value that is not a default names its origin, and no other does', () => {
  const given = loaded({ file, environment: { EUREK8S_LISTEN_HOST: '::1' }, flags: { readOnly: ['true'] } }).given;
  const text = printedConfig(given);
  assert.match(text, / {2}# environment EUREK8S_LISTEN_HOST\n {2}host: ::1\n {2}port: 8761\n/);
  assert.match(text, / {2}# e\.yaml:3\n {2}pollInterval: 3s\n {2}fullInterval: 5m\n/);
  assert.match(text, /\n# e\.yaml:4\nmanifests:\n/);
  assert.match(text, /\n# flag --readOnly\nreadOnly: true\n/);
  assert.equal(text.match(/#/g)?.length, 5);
});

test('the printed configuration is a configuration: read again it means the same', () => {
  const given = { file: file.replace('user:secret@', ''), flags: { 'selection.namespaces': ['a,b'] } };
  const text = printedConfig(loaded(given).given);
  assert.deepEqual(configured({ file: text }), configured(given));
  assert.equal(typeof parse(text), 'object');
});
