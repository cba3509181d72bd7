import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { listHolds } from '../../server/cli/holds.ts';
import { list, listMigration } from '../../server/cli/listing.ts';
import { testShell } from '../support/shell.ts';

for (const status of [401, 403])
  test(`a server that refuses with ${status} ends every listing with 1, and nothing is said of it besides`, async (t) => {
    const server = createServer((_, response) => response.writeHead(status, { 'x-eurek8s-reason': 'no' }).end());
    t.after(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const options = { servers: [`http://127.0.0.1:${port}`], json: false, watch: false };
    const commands: Readonly<Record<string, (shell: ReturnType<typeof testShell>) => Promise<number>>> = {
      holds: (shell) => listHolds(options, shell),
      apps: (shell) => list('/eurek8s/apps', options, shell),
      migration: (shell) => listMigration(options, shell),
    };
    for (const [name, run] of Object.entries(commands)) {
      const shell = testShell();
      assert.equal(await run(shell), 1, `${name}: ${shell.written.err}`);
      assert.equal(shell.written.out, '', name);
      assert.match(shell.written.err, /^eurek8s: http:\/\/127\.0\.0\.1:\d+: /, name);
    }
  });
