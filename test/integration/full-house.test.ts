import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { basic, temporaryFile } from '../support/credentials.ts';
import { httpRequest } from '../support/http-request.ts';
import { openConnection } from '../support/raw-http.ts';
import { serveForTest } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

test('connections on which a request was refused go when there is no room for others, and no others do', async (t) => {
  const file = temporaryFile(t, 'auth.yaml', '- { name: fleet, password: geheim, rights: [read] }');
  const { url } = await serveForTest(t, { flags: { 'auth.file': [file] }, limits: { connections: 6 } });
  const authorization = basic('fleet', 'geheim');
  const idle = async (headers: string, status: number): Promise<Socket> => {
    const socket = await openConnection(url);
    t.after(() => void socket.destroy());
    socket.write(`GET /eureka/apps HTTP/1.1\r\nhost: e\r\n${headers}\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(answer.toString('latin1'), new RegExp(`^HTTP/1.1 ${status} `));
    return socket.resume();
  };
  const letIn: Socket[] = [];
  for (let i = 0; i < 3; i++) letIn.push(await idle(`authorization: ${authorization}\r\n`, 200));
  const refused: Socket[] = [];
  for (let i = 0; i < 3; i++) refused.push(await idle('', 401));
  assert.ok(![...letIn, ...refused].some(({ closed }) => closed));

  await until('there is room for one with credentials', async () => {
    const answer = await httpRequest(`${url}/eureka/apps`, { headers: { authorization } }).catch(() => undefined);
    return answer?.status === 200;
  });
  await until('those that were refused are gone', () => Promise.resolve(refused.every(({ closed }) => closed)));
  assert.ok(!letIn.some(({ closed }) => closed));
});
