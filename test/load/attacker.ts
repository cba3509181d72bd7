import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AttackKind, AttackState } from './attacks.ts';

const ATTACK = fileURLToPath(new URL('attack.ts', import.meta.url));

export interface Attacker {
  readonly state: () => AttackState;
  readonly stop: () => Promise<void>;
}

/** Starts a process that attacks, with as many file descriptors as the system grants. */
export function startAttacker(kind: AttackKind, port: number, count: number): Attacker {
  const child = spawn(
    'sh',
    ['-c', 'ulimit -n "$(ulimit -Hn)"; exec "$@"', 'sh', process.execPath, ATTACK, kind, String(port), String(count)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'exit');
  let state: AttackState = { open: 0, ended: 0, answered: 0, byStatus: {} };
  let begun = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (begun + text).split('\n');
    begun = lines.pop() ?? '';
    const last = lines.at(-1);
    if (last !== undefined) state = JSON.parse(last) as AttackState;
  });
  return {
    state: () => state,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
