import assert from 'node:assert/strict';
import type { RawAnswer } from './raw-http.ts';

/** Checks an error on a Eureka path: neither body nor type, and one line of ASCII with the reason. */
export function assertRefused(answer: RawAnswer, statuses: number | readonly number[], what: string): void {
  assert.ok([statuses].flat().includes(answer.status), `${what}: ${answer.status}`);
  assert.equal(answer.body.toString('latin1'), '', what);
  assert.equal(answer.headers['content-length'], '0', what);
  assert.equal(answer.headers['content-type'], undefined, what);
  assert.match(answer.headers['x-eurek8s-reason'] ?? '', /^[\x20-\x7e]+$/, what);
}
