/** The reasons to refuse a request. The metric counts by them. */
export const REFUSALS = [
  'no-credentials',
  'wrong-credentials',
  'no-right',
  'other-application',
  'other-vip',
  'not-loopback',
  'other-origin',
] as const;
export type RefusalCode = (typeof REFUSALS)[number];

export interface Refusal {
  /** 401: other credentials may be sufficient. 403: these credentials, or any, are not. */
  readonly status: 401 | 403;
  readonly code: RefusalCode;
  /** For the sender. It does not reveal which part of wrong credentials is wrong. */
  readonly reason: string;
}
