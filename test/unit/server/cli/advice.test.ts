import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advice } from '../../../../server/cli/advice.ts';
import { findingText } from '../../../../server/cli/finding.ts';
import type { OptionKey } from '../../../../server/config/options.ts';
import { configured } from '../../../support/config.ts';

type Flags = Readonly<Partial<Record<OptionKey, readonly string[]>>>;
const advised = (flags: Flags): string => advice(configured({ flags })).map(findingText).join('\n');

const legacy: Flags = { 'legacy.urls': ['http://eureka-1:8761/eureka'] };
const cluster: Flags = { clusters: ['{ name: main, inCluster: true }'] };

test('a cluster alone: check warns that there is no legacy, and what that does', () => {
  assert.match(advised(cluster), /^! legacy: none is given \(legacy\.urls\): .* registrations are answered 503$/);
});

test('a legacy alone: check warns that nothing of Kubernetes is published', () => {
  assert.match(advised(legacy), /^! clusters: none is given/);
  assert.match(advised({ 'leases.enabled': ['true'] }), /^! clusters: none is given/);
});

test('a registry of our own that takes no registrations: check warns that it stays empty', () => {
  assert.match(advised({ 'leases.enabled': ['true'], ...cluster, readOnly: ['true'] }), /^! readOnly: .*stays empty$/);
});

test('publishing: check says what every publishing process does to the legacy', () => {
  assert.match(
    advised({ ...legacy, ...cluster, 'legacy.publish': ['true'] }),
    /^! legacy\.publish: .* publish from one or two; .* leases are left to run out$/,
  );
});

test('a registry to register in and something to publish: nothing to warn of', () => {
  assert.equal(advised({ ...legacy, ...cluster }), '');
  assert.equal(advised({ 'leases.enabled': ['true'], manifests: ['{ name: local, directory: d }'] }), '');
});
