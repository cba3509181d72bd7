import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { cached, cacheRoot, inputKey } from '../cache.ts';
import { buildGo, findGo, type Go } from '../kubernetes/go.ts';
import { withLock } from '../lock.ts';
import { run } from '../process.ts';
import { findPython, type Python } from './python.ts';

type Progress = (line: string) => void;

/** The paths of the clients that are not Java, ready to run. */
export interface BuiltClients {
  /** The one program with all Go clients. */
  readonly go: string;
  /** Folder for PYTHONPATH. */
  readonly pythonPackages: string;
  readonly python: Python;
  /** Folder with package.json and node_modules. */
  readonly nodePackages: string;
}

const findGoForClients = (): Promise<Go> =>
  findGo(join(folder('go'), 'go.mod'), 'the program of clients written in Go');

const folder = (name: string): string => join(import.meta.dirname, name);

/** Builds and installs the clients, or finds them in the cache. */
export async function buildClients(progress: Progress): Promise<BuiltClients> {
  const go = await findGoForClients();
  const python = await findPython();
  return withLock('clients', async () => ({
    go: join(await builtGo(go, progress), 'clients'),
    python,
    pythonPackages: await installedPython(python, progress),
    nodePackages: await installedNode(progress),
  }));
}

/** What is missing on this machine to build and run them; empty when nothing is. */
export async function missingForClients(): Promise<readonly string[]> {
  const results = await Promise.allSettled([findGoForClients(), findPython(), findCurl()]);
  return results.flatMap((result) => (result.status === 'rejected' ? [messageOf(result.reason)] : []));
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

async function findCurl(): Promise<void> {
  await run('curl', ['--version']).catch((cause: unknown) => {
    throw new Error('the suite of clients needs curl on the PATH', { cause });
  });
}

async function builtGo(go: Go, progress: Progress): Promise<string> {
  const source = folder('go');
  const key = inputKey([source], [go.version, process.platform, process.arch]);
  return timed('clients-go', key, progress, (scratch) => buildGo(go, source, join(scratch, 'clients')));
}

async function installedPython({ command, version }: Python, progress: Progress): Promise<string> {
  const requirements = join(folder('python'), 'requirements.txt');
  // Another minor version of Python may need other builds of the packages.
  return timed('clients-python', inputKey([requirements], [version]), progress, async (scratch) => {
    const options = ['--quiet', '--no-deps', '--disable-pip-version-check', '--root-user-action=ignore'];
    await run(command, ['-m', 'pip', 'install', ...options, '--target', scratch, '--requirement', requirements]);
  });
}

async function installedNode(progress: Progress): Promise<string> {
  const files = ['package.json', 'package-lock.json'].map((name) => join(folder('node'), name));
  return timed('clients-node', inputKey(files, [process.version]), progress, async (scratch) => {
    for (const file of files) copyFileSync(file, join(scratch, file.slice(folder('node').length + 1)));
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await run('npm', ['ci', ...options], { cwd: scratch });
  });
}

async function timed(
  name: string,
  key: string,
  progress: Progress,
  build: (scratch: string) => Promise<void>,
): Promise<string> {
  if (existsSync(join(cacheRoot(), `${name}-${key}`))) return cached(name, key, build);
  progress(`${name}: building`);
  const startedMs = Date.now();
  const dir = await cached(name, key, build);
  progress(`${name}: built in ${Math.round((Date.now() - startedMs) / 1000)} s`);
  return dir;
}
