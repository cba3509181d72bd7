import { readFileSync } from 'node:fs';

/** The unit of CPU time in `/proc` (USER_HZ), the same on every architecture that Linux still runs on. */
const TICKS_PER_SECOND = 100;

/** CPU time a process has used so far, all threads, user and system, in seconds. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The second field is the program's name in parentheses, which may contain anything; fields 14 and 15 are the times.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
