/** Why a request is not answered; what the metric counts by. */
export const REFUSALS = [
  'no-credentials',
  'wrong-credentials',
  'no-right',
  'other-application',
  'not-loopback',
  'other-origin',
] as const;
export type RefusalCode = (typeof REFUSALS)[number];

export interface Refusal {
  /** 401: other credentials may do. 403: these, or any, do not. */
  readonly status: 401 | 403;
  readonly code: RefusalCode;
  /** For whoever asked. It does not tell which part of wrong credentials is wrong. */
  readonly reason: string;
}
