import { run } from '../process.ts';

export interface Python {
  readonly command: string;
  /** For example `3.11`. */
  readonly version: string;
}

const need =
  'the client written in Python needs Python 3.10 or newer (python3) with pip on the PATH, ' +
  'on Debian: apt-get install python3 python3-pip';

/** Python 3 with pip. The error names what to install when there is none. */
export async function findPython(): Promise<Python> {
  const ask = 'import sys; print("%d.%d" % sys.version_info[:2])';
  const version = (await run('python3', ['-c', ask], { answer: 'stdout' }).catch(() => '')).trim();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major !== 3 || minor < 10) throw new Error(`${need} (${version === '' ? 'none was found' : `found ${version}`})`);
  await run('python3', ['-m', 'pip', '--version']).catch((cause: unknown) => {
    throw new Error(`${need} (pip was not found)`, { cause });
  });
  return { command: 'python3', version };
}
