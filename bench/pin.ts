import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Which part of the measurement runs on which core. */
export const CORES = {
  server: 0,
  load: 1,
  /** This program, which makes changes and asks questions meanwhile: a core of its own where there is a third. */
  driver: availableParallelism() > 2 ? 2 : 1,
} as const;

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** The command bound to one core: whatever it starts stays there as well, and the process id is the program's own. */
export function pinned(core: number, command: string, args: readonly string[]): Command {
  return { command: 'taskset', args: ['-c', `${core}`, command, ...args] };
}

/** Binds this process; its threads too, which have been started already. */
export function pinSelf(core: number): void {
  const { status, stderr } = spawnSync('taskset', ['-a', '-c', '-p', `${core}`, `${process.pid}`], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`taskset: ${stderr}`);
}

/** What makes pinning impossible here, as a sentence; undefined when nothing does. */
export function pinningTrouble(): string | undefined {
  if (availableParallelism() < 2) return 'two cores are needed: one for the server, one for the load';
  if (spawnSync('taskset', ['-V']).status !== 0)
    return 'taskset is needed to bind processes to cores (on Debian: apt-get install util-linux)';
  const refused = Object.values(CORES).find((core) => spawnSync('taskset', ['-c', `${core}`, 'true']).status !== 0);
  if (refused !== undefined) return `core ${refused} is not for this process: give it cores 0 to ${CORES.driver}`;
  return undefined;
}
