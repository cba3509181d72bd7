import type { NewTimeSlice } from '../../../shared/time-slice.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import { connect, type Connection } from './api-request.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { whyAbsent } from './absent-api.ts';
import { ApiError, failureOf, type Failure } from './failure.ts';
import type { Login } from './login.ts';
import { readPage, type Listed } from './list-page.ts';
import type { StripObject } from './object-sink.ts';
import { Backoff } from './backoff.ts';
import { planPath, type WatchPlan } from './resources.ts';
import type { Timing } from './timing.ts';
import { deadline } from './wait.ts';

export interface CompleteList {
  readonly items: readonly Listed[];
  /** The version from which a watch continues. */
  readonly resourceVersion: string;
}

export interface ListRequest {
  readonly access: ClusterAccess;
  readonly plan: WatchPlan;
  readonly strip: StripObject;
  readonly timing: Timing;
  readonly clock: Clock;
  readonly random: Random;
  readonly newTimeSlice: NewTimeSlice;
  /** Called for each failed attempt; the list goes on. */
  readonly onFailure: (failure: Failure) => void;
}

/** Consecutive attempts at one page; after the last of them the list starts over. */
const MAX_ATTEMPTS_PER_PAGE = 3;

/**
 * Returns a complete list, or `undefined` when stopped. There is nothing in between, because objects that are missing
 * in a list are removed. One connection serves all pages. A failed attempt closes it, so that a blocked or stale
 * connection is never used again.
 */
export async function completeList(request: ListRequest, signal: AbortSignal): Promise<CompleteList | undefined> {
  const { access, timing, clock, random, onFailure } = request;
  const backoff = new Backoff(clock, random, timing.minInterval / 4, timing.maxBackoff);
  let login: Login | undefined;
  let connection: Connection | undefined;
  let progress = START;
  try {
    if (!(await backoff.turn(signal))) return undefined;
    for (;;) {
      try {
        const pageDeadline = deadline(clock, timing.pageDeadline, signal, 'the API server');
        try {
          if (connection === undefined) {
            login = access.login();
            connection = await connect(login, pageDeadline.signal);
          }
          progress = await pageOrReason(request, connection, progress, pageDeadline.signal);
        } finally {
          pageDeadline.release();
        }
        backoff.succeeded();
        if (progress.continue === '')
          return { items: progress.pages.flat(), resourceVersion: progress.resourceVersion };
      } catch (error) {
        connection?.close();
        connection = undefined;
        if (signal.aborted) return undefined;
        const failure = failureOf(error);
        access.failed(failure.status, login);
        if (failure.status === 410 && progress.continue !== '') {
          // The continue token is older than the server's history. A list in one page needs no token.
          progress = { ...START, paged: false };
          continue;
        }
        onFailure(failure);
        progress =
          progress.failures + 1 < MAX_ATTEMPTS_PER_PAGE ? { ...progress, failures: progress.failures + 1 } : START;
        backoff.failed();
        if (!(await backoff.turn(signal))) return undefined;
      }
    }
  } finally {
    connection?.close();
  }
}

interface Progress {
  readonly pages: readonly (readonly Listed[])[];
  /** Empty before the first page. */
  readonly resourceVersion: string;
  readonly paged: boolean;
  /** The token of the next page; empty before the first page and after the last. */
  readonly continue: string;
  /** Consecutive failures on the current page. */
  readonly failures: number;
}

const START: Progress = { pages: [], resourceVersion: '', paged: true, continue: '', failures: 0 };

/** Replaces a bare 404 by its reason, because a 404 alone does not show people what to do. */
async function pageOrReason(
  request: ListRequest,
  connection: Connection,
  progress: Progress,
  signal: AbortSignal,
): Promise<Progress> {
  try {
    return await nextPage(request, connection, progress, signal);
  } catch (error) {
    const { status } = failureOf(error);
    const reason = status === 404 ? await whyAbsent(request.plan.resource, connection, signal) : undefined;
    throw reason === undefined ? error : new ApiError(reason, status);
  }
}

async function nextPage(
  request: ListRequest,
  connection: Connection,
  progress: Progress,
  signal: AbortSignal,
): Promise<Progress> {
  const query = new URLSearchParams();
  if (progress.paged) query.set('limit', String(request.timing.pageSize));
  if (progress.continue !== '') query.set('continue', progress.continue);
  const search = query.size === 0 ? '' : `?${query.toString()}`;
  const text = await connection.text(`${planPath(request.plan)}${search}`, signal);
  const page = await readPage(request.plan.resource.kind, text, request.strip, request.newTimeSlice());
  return {
    pages: [...progress.pages, page.items],
    // All pages have one version. Should a server differ, the version of the first page loses no event.
    resourceVersion: progress.resourceVersion === '' ? page.resourceVersion : progress.resourceVersion,
    paged: progress.paged,
    continue: page.continue,
    failures: 0,
  };
}
