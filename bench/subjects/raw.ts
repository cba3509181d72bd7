import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { httpRequest } from '../../test/support/http-request.ts';
import { freePort } from '../../test/testbed/ports.ts';
import { launch } from '../../test/testbed/process.ts';
import { CORES, pinned } from '../pin.ts';
import type { Subject } from './subject.ts';

/** An answer to be sent again as it is. */
export interface RecordedAnswer {
  readonly status: number;
  /** Without those that node:http adds itself. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface RawOptions {
  readonly dir: string;
  /** By the request target they are answered at; those of writes by the method. */
  readonly answers: ReadonlyMap<string, RecordedAnswer>;
  /** The server's by default. */
  readonly core?: number;
}

/** For the report. */
export const rawFacts =
  `node:http on Node ${process.versions.node} that sends from memory the bytes and headers of the answers of Eurek8s: ` +
  'the limit of the platform';

const PROGRAM = join(import.meta.dirname, 'raw-server.ts');

/** The limit of the platform: node:http that sends ready bytes and does nothing else. */
export async function startRaw({ dir, answers, core = CORES.server }: RawOptions): Promise<Subject> {
  mkdirSync(dir, { recursive: true });
  const table = [...answers].map(([target, { status, headers, body }], index) => {
    const file = join(dir, `${index}.body`);
    writeFileSync(file, body);
    return { target, status, headers, file };
  });
  const tableFile = join(dir, 'answers.json');
  writeFileSync(tableFile, JSON.stringify(table));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const launched = await launch({
    name: 'raw node:http',
    ...pinned(core, process.execPath, [PROGRAM, tableFile, `${port}`]),
    env: { ...process.env, NODE_ENV: 'production' },
    logFile: join(dir, 'raw.log'),
    ready: async () => (await httpRequest(url)).status === 404,
    readyTimeoutMs: 30_000,
  });
  return {
    name: 'raw node:http',
    url,
    pid: launched.pid,
    runtime: 'node',
    stop: () => launched.stop(),
  };
}
