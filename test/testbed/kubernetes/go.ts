import { readFileSync } from 'node:fs';
import { run } from '../process.ts';

export interface Go {
  readonly command: string;
  /** For example `go1.26.8`. */
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The Go tool chain, new enough for the module. The error names what to install when there is none. */
export async function findGo(goMod: string, what = 'the Kubernetes test bed'): Promise<Go> {
  const needed = /^go (\d+\.\d+)/m.exec(readFileSync(goMod, 'utf8'))?.[1];
  if (needed === undefined) throw new Error(`${goMod} has no go line`);
  // GOTOOLCHAIN=local: a Go that is too old must be reported here, and must not download another one.
  const env = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off' };
  const found: string[] = [];
  // The second is the place in Go's own installation instructions, which is not on every shell's PATH.
  for (const command of ['go', '/usr/local/go/bin/go']) {
    const answer = await run(command, ['env', 'GOVERSION'], { env, answer: 'stdout' }).catch(() => '');
    const version = answer.trim();
    if (isAtLeast(version, needed)) return { command, version, env };
    if (version !== '') found.push(version);
  }
  const seen = found.length === 0 ? 'none was found' : `found ${found.join(', ')}`;
  throw new Error(`${what} is built from source and needs Go ${needed} or newer on the PATH (${seen})`);
}

/** Builds the program of a module, with the versions of its go.sum alone, and without debug tables. */
export async function buildGo({ command, env }: Go, module: string, program: string): Promise<void> {
  const flags = ['-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags=-s -w'];
  await run(command, ['build', ...flags, '-o', program, '.'], { cwd: module, env });
}

function isAtLeast(version: string, needed: string): boolean {
  const [major, minor] = numbers(version);
  const [neededMajor, neededMinor] = numbers(needed);
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}

function numbers(version: string): readonly [number, number] {
  const match = /^(?:go)?(\d+)\.(\d+)/.exec(version);
  return [Number(match?.[1] ?? -1), Number(match?.[2] ?? -1)];
}
