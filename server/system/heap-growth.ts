import v8 from 'node:v8';
import type { Clock } from '../ports/clock.ts';

/** Of V8, as far as it is used. */
export interface Heap {
  setFlagsFromString(flags: string): void;
  getHeapStatistics(): { readonly used_heap_size: number };
}

const OPTION = '--heap-growing-percent';
/** By how much the heap may grow until the next full collection, while the first registry is taken in. */
const AT_FIRST_PERCENT = 300;
/** From so many bytes in use on, the heap grows as always. */
const MAX_BYTES = 64 * 2 ** 20;
const CHECK_MS = 20;
/** The first answers are made after the registry is known. */
const REST_MS = 1_000;

/**
 * Nearly all that a start allocates stays, so that full collections find next to nothing, and take 8 % of a start with
 * 10,000 instances. Until a moment after `isKnown` the heap of V8 grows further than the arguments of the process
 * (`execArgv`) say. Where they say nothing of it, nothing is changed.
 */
export function growHeapAtFirst(
  execArgv: readonly string[],
  clock: Clock,
  isKnown: () => boolean,
  heap: Heap = v8,
): void {
  if (!execArgv.some(isMeant)) return;
  heap.setFlagsFromString(`${OPTION}=${AT_FIRST_PERCENT}`);
  const end = (): void => growHeapAsUsual(execArgv, heap);
  const check = (): void => {
    if (heap.getHeapStatistics().used_heap_size > MAX_BYTES) end();
    else if (isKnown()) clock.after(REST_MS, end);
    else clock.after(CHECK_MS, check);
  };
  check();
}

/** As the arguments say. */
export function growHeapAsUsual(execArgv: readonly string[], heap: Heap = v8): void {
  for (const usual of execArgv.filter(isMeant)) heap.setFlagsFromString(usual);
}

function isMeant(argument: string): boolean {
  return argument.startsWith(`${OPTION}=`);
}
