import { executionAsyncResource } from 'node:async_hooks';

let kept: object | undefined;

/**
 * Keeps an entry of Node's queue of ticks for its shape (V8: map), and resolves with it. An answer takes two or three
 * ticks, each an object literal with computed keys. After a quiet time V8 frees the shape with the last object that had
 * it; the next literal then finds another one than `process.nextTick` has learnt, which for good turns each into a series
 * of calls into the runtime: 4 µs more per answer, a fifth of a small one, until the process ends. Node 26, V8 14.
 */
export async function keepTickShape(): Promise<object> {
  return (kept ??= await new Promise<object>((resolve) => process.nextTick(() => resolve(executionAsyncResource()))));
}
