import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { eurek8sFacts } from '../subjects/eurek8s.ts';
import { rawFacts } from '../subjects/raw.ts';
import { stockFacts } from '../subjects/stock.ts';
import { figure } from './numbers.ts';
import type { Fact } from './document.ts';

/** To be asked before this process is bound to a core: afterwards it sees only that one. */
export function machineFacts(): readonly Fact[] {
  return [
    { name: 'CPU', value: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores` },
    { name: 'Memory', value: `${figure(totalmem() / 2 ** 30)} GiB` },
    { name: 'Kernel', value: `${type()} ${release()}` },
    { name: 'Node', value: process.versions.node },
    { name: 'Java', value: firstLine('java', ['-version']) },
    { name: 'Load', value: firstLine('wrk', ['-v']).replace(/ Copyright.*/, '') },
  ];
}

export function subjectFacts(): readonly Fact[] {
  return [{ name: 'Eurek8s', value: eurek8sFacts }, { name: 'Raw', value: rawFacts }, ...stockFacts];
}

function firstLine(command: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n')[0] ?? '';
}
