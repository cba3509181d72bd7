import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Turn } from '../../../../server/demo/caller.ts';
import { Narrator } from '../../../../server/demo/narrator.ts';
import { testShell } from '../../../support/shell.ts';

const turn = (service: string, who: string): Turn => ({ service, answers: new Map([[who, 1]]) });

test('a step after which callers get the same is followed by their answers too, once', () => {
  const shell = testShell();
  const narrator = new Narrator(shell);
  const [bob, alice] = [turn('bob', 'bob-1'), turn('alice', 'alice-pod')];
  narrator.report([bob, alice]);
  narrator.tell('the registry dies', undefined, 'alice');
  for (let i = 0; i < 10; i++) narrator.report([bob, alice]);
  assert.match(shell.written.out, /bob-1\n.*alice-pod\n\nthe registry dies\n\n.*alice +1 × alice-pod, as before\n$/);
});

test('a step after which they get something else is not', () => {
  const shell = testShell();
  const narrator = new Narrator(shell);
  narrator.report([turn('alice', 'alice-1')]);
  narrator.tell('all calls go to Kubernetes', undefined, 'alice');
  for (const who of ['alice-1', 'alice-pod', 'alice-pod', 'alice-pod', 'alice-pod'])
    narrator.report([turn('alice', who)]);
  assert.match(shell.written.out, /alice-pod\n$/);
});

test('a service without an UP entry has nobody to call', () => {
  const shell = testShell();
  new Narrator(shell).report([{ service: 'carol', answers: new Map() }]);
  assert.match(shell.written.out, / carol {2}nobody to call: no entry is UP\n$/);
});
