import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesakes } from '../../../../shared/api/namesakes.ts';
import { NO_CONTRIBUTION } from '../../../../shared/contribution/contribution.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import type { MergedApplication } from '../../../../shared/registry/application.ts';
import { mergeApplication } from '../../../../shared/registry/merge.ts';
import { instance } from '../../../support/instances.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';
import { publication } from '../../../support/publications.ts';

function merged(app: string, contribution: Partial<typeof NO_CONTRIBUTION>): MergedApplication {
  const given = { source: sourceId('cluster:main'), contribution: { ...NO_CONTRIBUTION, ...contribution } };
  return mergeApplication(appName(app), [given], OPEN_RULES, undefined, 1_750_000_000_000);
}

test('an object of that name that is another application is found, whether it is served or refused', () => {
  const applications = [
    merged('ALICE-API', { publications: [publication('ALICE-API', { ingress: 'alice' })] }),
    merged('ALICE-WEB', {
      refusals: [{ object: 'west/shop/httproute/alice', code: 'no-gateway', reason: 'name one' }],
    }),
    merged('OTHER', { publications: [publication('OTHER', { ingress: 'malice' })] }),
    merged('ALICE', { publications: [publication('ALICE', { ingress: 'alice' })] }),
    // An instance id is no name of an object.
    merged('BOB', {
      instances: [instance('BOB', 'alice')],
      refusals: [{ object: 'legacy/alice', code: 'id-taken', reason: 'another has it' }],
    }),
  ];
  assert.deepEqual(
    namesakes({ applications }, appName('alice')).map(({ object, app }) => [object.split('/').at(0), app]),
    [
      ['main', 'ALICE-API'],
      ['west', 'ALICE-WEB'],
    ],
  );
});
