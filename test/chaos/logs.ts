import { readFileSync } from 'node:fs';

const UNHANDLED = /unhandled|uncaught|TypeError|ReferenceError|RangeError|"level":"fatal"|FATAL ERROR/i;

/** Lines of a replica's log that tell of a fault of its own: unhandled errors, and what is no log line at all. */
export function suspiciousLines(file: string): readonly string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && (UNHANDLED.test(line) || !line.startsWith('{')))
    .map((line) => line.slice(0, 400));
}
