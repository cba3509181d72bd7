import type { AppName } from '../../shared/model/names.ts';

/** A sender who may write some applications and no others. */
export interface WriterLimit {
  allows(app: AppName): boolean;
  /** Accounts for a write that is not allowed, and says why, for people. */
  refuse(app: AppName): string;
}

/** By request: the limits go with them, however they are answered. */
const limits = new WeakMap<object, WriterLimit>();

export function limitWriter(request: object, limit: WriterLimit): void {
  limits.set(request, limit);
}

/** `undefined`: the sender of the request may write every application. */
export function limitOf(request: object): WriterLimit | undefined {
  return limits.get(request);
}
