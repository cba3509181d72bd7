import { connectionProblem } from '../../../shared/text/connection-problem.ts';
import { hideUserInfo } from '../../../shared/text/user-info.ts';

/** What an API server, the network or a credential plug-in did wrong. */
export interface Failure {
  /** The HTTP status, if there was one. */
  readonly status: number | undefined;
  /** A reason for people; never contains credentials. */
  readonly text: string;
}

/** Thrown by requests and caught by the loops that retry them, which decide by its status. */
export class ApiError extends Error {
  readonly status: number | undefined;

  constructor(text: string, status?: number) {
    super(text);
    this.name = 'ApiError';
    this.status = status;
  }
}

export function notJson(answer: string): ApiError {
  return new ApiError(`answered with something that is not JSON: ${answer.slice(0, 60).replaceAll(/\s+/g, ' ')}`);
}

const WAYS_OUT = { authorities: 'certificate-authority of the kubeconfig' };

export function failureOf(error: unknown): Failure {
  return { status: statusOf(error), text: connectionProblem(hideUserInfo(textOf(error)), WAYS_OUT) };
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('status' in error && typeof error.status === 'number') return error.status;
  // The cluster client names it `statusCode`.
  if ('statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  return undefined;
}

/** undici reports `fetch failed` and keeps what happened in `cause`, which is what people need. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const status = error instanceof ApiError ? undefined : statusOf(error);
  const own = status === undefined ? error.message : `HTTP ${status} ${error.message}`;
  if (error.cause === undefined) return own;
  const cause = textOf(error.cause) || codeOf(error.cause);
  return cause === '' || own.includes(cause) ? own : `${own}: ${cause}`;
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
