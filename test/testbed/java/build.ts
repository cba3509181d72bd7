import { copyFileSync, cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cached, cacheRoot, inputKey } from '../cache.ts';
import { withLock } from '../lock.ts';
import { run } from '../process.ts';

export const javaPrograms = [
  'server-legacy',
  'server-current',
  'ribbon-client',
  'zuul1-gateway',
  'netflix-client',
  'feign-client',
  'spring-client',
  'gateway',
  'netflix-client-2',
] as const;

export type JavaProgram = (typeof javaPrograms)[number];

type Progress = (line: string) => void;

/** Builds the programs, or finds them in the cache. Returns the path of the runnable jar of each. */
export async function buildJava<Name extends JavaProgram>(
  names: readonly Name[],
  progress: Progress,
): Promise<Record<Name, string>> {
  const java = await javaVersion();
  const jars: Partial<Record<Name, string>> = {};
  for (const name of names) jars[name] = join(await built(name, java, progress), `${name}.jar`);
  return jars as Record<Name, string>;
}

async function built(name: JavaProgram, java: string, progress: Progress): Promise<string> {
  const source = join(import.meta.dirname, name);
  const key = inputKey([source], [java]);
  if (existsSync(join(cacheRoot(), `${name}-${key}`))) return cached(name, key, nothingToBuild);
  await requireBuildTools();
  // One at a time, because two processes must not fill Maven's local repository at once.
  return withLock('maven', () => cached(name, key, (scratch) => build(name, source, scratch, progress)));
}

async function build(name: JavaProgram, source: string, scratch: string, progress: Progress): Promise<void> {
  progress(`${name}: building (the first time Maven fetches its libraries)`);
  const startedMs = Date.now();
  const project = join(scratch, 'project');
  const isSource = (path: string): boolean => path !== join(source, 'target');
  cpSync(source, project, { recursive: true, filter: isSource });
  await run('mvn', ['--quiet', '--batch-mode', 'package'], { cwd: project, timeoutMs: 900_000 });
  copyFileSync(join(project, 'target', `${name}.jar`), join(scratch, `${name}.jar`));
  rmSync(project, { recursive: true });
  progress(`${name}: built in ${Math.round((Date.now() - startedMs) / 1000)} s`);
}

async function nothingToBuild(): Promise<void> {}

const need =
  'the Java test bed needs a JDK 17 or newer (java, javac) and Maven 3.8 or newer (mvn) on the PATH, ' +
  'on Debian: apt-get install openjdk-17-jdk-headless maven';

/** The output of `java -version`, because another Java needs another build. */
async function javaVersion(): Promise<string> {
  const printed = await run('java', ['-version']).catch(() => '');
  const major = Number(/version "(\d+)/.exec(printed)?.[1] ?? 0);
  if (major >= 17) return printed;
  throw new Error(`${need} (${major === 0 ? 'java was not found' : `found Java ${major}`})`);
}

async function requireBuildTools(): Promise<void> {
  for (const tool of ['javac', 'mvn'])
    await run(tool, ['-version']).catch((cause: unknown) => {
      throw new Error(`${need} (${tool} was not found)`, { cause });
    });
}

/** Rejects with what is missing when the Java programs can be neither built nor run here. */
export async function requireJava(): Promise<void> {
  await javaVersion();
  await requireBuildTools();
}
