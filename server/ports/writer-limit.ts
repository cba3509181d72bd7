import type { AppName } from '../../shared/model/names.ts';

/** The applications that a sender may write. */
export interface WriterLimit {
  allows(app: AppName): boolean;
  /** Logs and counts a write that is not allowed. Returns the reason, for people. */
  refuse(app: AppName): string;
}

/** By request, so that the limit accompanies the request through every handler. */
const limits = new WeakMap<object, WriterLimit>();

export function limitWriter(request: object, limit: WriterLimit): void {
  limits.set(request, limit);
}

/** `undefined`: the sender of the request may write every application. */
export function limitOf(request: object): WriterLimit | undefined {
  return limits.get(request);
}
