import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HoldReport } from '../../shared/api/holds.ts';
import { registerHolds } from '../../server/http/holds.ts';
import { bareServer, listenBare } from '../support/bare-server.ts';
import { httpRequest } from '../support/http-request.ts';
import { SILENT_LOG } from '../support/silent-log.ts';

const HOLD: HoldReport = {
  id: 'legacy-0000000a',
  source: 'legacy',
  what: 'the registry went from 2 instances to none',
  counted: 'instance',
  instances: 2,
  instancesBefore: 2,
  applications: 1,
  held: [],
  since: '2026-03-01T10:00:00Z',
  releasesAt: '2026-03-01T10:05:00Z',
  kept: false,
};

test('the log says who has decided on a hold, with what credentials; what was not there has no line', async (t) => {
  const lines: (readonly [fields: object, message: string])[] = [];
  const http = bareServer();
  registerHolds(
    http.app,
    {
      list: () => [HOLD],
      release: (id) => (id === HOLD.id ? HOLD : undefined),
      keep: (id) => (id === HOLD.id ? { ...HOLD, kept: true } : undefined),
    },
    {
      log: { ...SILENT_LOG, warn: (fields, message) => void lines.push([fields, message]) },
      namesOf: () => ['on-call'],
    },
  );
  const url = await listenBare(t, http);
  for (const path of [`${HOLD.id}/keep`, `${HOLD.id}/release`, 'legacy-00000000/keep', 'legacy-00000000/release'])
    await httpRequest(`${url}/eurek8s/holds/${path}`, { method: 'POST' });
  const who = { source: 'legacy', peer: '127.0.0.1', credentials: ['on-call'] };
  assert.deepEqual(lines, [
    [{ ...who, hold: { ...HOLD, kept: true } }, 'a held removal is kept until it is released'],
    [{ ...who, hold: HOLD }, 'a held removal was released'],
  ]);
});
