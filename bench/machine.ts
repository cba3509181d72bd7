import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds } from '../test/support/cpu-time.ts';
import { figure } from './report/text.ts';

/** Which part of the measurement runs on which core. */
export const CORES = {
  server: 0,
  load: 1,
  /** This program, which makes changes and checks answers meanwhile: a core of its own where there is a third. */
  driver: availableParallelism() > 2 ? 2 : 1,
} as const;

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** The command, bound to one core. What it starts stays there too, and the process id is that of the program. */
export function pinned(core: number, command: string, args: readonly string[]): Command {
  return { command: 'taskset', args: ['-c', `${core}`, command, ...args] };
}

/** Binds this process to one core, with the threads that it has started already. */
export function pinSelf(core: number): void {
  const args = ['-a', '-c', '-p', `${core}`, `${process.pid}`];
  const { status, stderr } = spawnSync('taskset', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`taskset: ${stderr}`);
}

/** Why processes cannot be bound to cores here, as a sentence; `undefined`: they can. */
export function pinningTrouble(): string | undefined {
  if (availableParallelism() < 2) return 'two cores are needed: one for the server, one for the load';
  if (spawnSync('taskset', ['-V']).status !== 0)
    return 'taskset is needed to bind processes to cores (on Debian: apt-get install util-linux)';
  const refused = Object.values(CORES).find((core) => spawnSync('taskset', ['-c', `${core}`, 'true']).status !== 0);
  if (refused !== undefined) return `core ${refused} is not for this process: give it cores 0 to ${CORES.driver}`;
  return undefined;
}

/** Resident memory in bytes: now, or the peak since the start. */
export function residentBytes(pid: number, when: 'now' | 'peak' = 'now'): number {
  const field = when === 'now' ? 'VmRSS' : 'VmHWM';
  const match = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  if (match === null) throw new Error(`process ${pid} has no ${field}`);
  return Number(match[1]) * 1024;
}

const CHECK_MS = 30;
const LIMIT_MS = 1500;

/**
 * Waits until none of the processes uses a tick of CPU time between two checks. A JVM goes on compiling and collecting
 * garbage after its turn, and would take a part of the core from the next server. After `LIMIT_MS` they are as quiet as
 * they get. Other programs on the machine are not waited for.
 */
export async function quiet(pids: readonly number[]): Promise<void> {
  const used = (): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const deadline = performance.now() + LIMIT_MS;
  for (let before = used(); performance.now() < deadline;) {
    await sleep(CHECK_MS);
    const now = used();
    if (now === before) return;
    before = now;
  }
}

/** The machine for the report. Called before this process is bound to a core: afterwards it sees only that one. */
export function machineFacts(): readonly { readonly name: string; readonly value: string }[] {
  return [
    { name: 'CPU', value: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores` },
    { name: 'Memory', value: `${figure(totalmem() / 2 ** 30)} GiB` },
    { name: 'Kernel', value: `${type()} ${release()}` },
    { name: 'Node', value: process.versions.node },
    { name: 'Java', value: firstLine('java', ['-version']) },
    { name: 'Load', value: firstLine('wrk', ['-v']).replace(/ Copyright.*/, '') },
  ];
}

function firstLine(command: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n')[0] ?? '';
}
