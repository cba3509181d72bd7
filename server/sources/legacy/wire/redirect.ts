import { err, ok, type Result } from '../../../../shared/result.ts';
import { shownUrl } from '../../../../shared/text/shown-url.ts';

/** Where a request goes. */
export interface Target {
  readonly origin: string;
  /** Includes the query. */
  readonly path: string;
}

/** The location of a Eureka. */
export interface Place {
  readonly origin: string;
  /** The path before `/apps`. */
  readonly base: string;
}

/** An answer and the value of its Location header. */
export interface Answered {
  readonly status: number;
  readonly location: string | undefined;
}

/** Redirects of one request. */
export const MAX_HOPS = 5;

/** 303 is not followed: it turns every request into a GET. */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 307, 308]);

/** The URL for people. A location is somebody else's text: it may be long, and name a session in its path. */
export function shown({ origin, path }: Target): string {
  const url = shownUrl(origin + (path.split('?', 1)[0] ?? ''));
  return url.length > MAX_SHOWN ? `${url.slice(0, MAX_SHOWN)}…` : url;
}

const MAX_SHOWN = 200;

/**
 * Where the same request goes next; `undefined` when the answer is not a redirect. The error is for people. User-info
 * in a Location is dropped, because it was not given to us to use. `resource`, below the base, has to be at the end of
 * the Location as well: whoever answers in place of the legacy would else have us write to any path of any server that we
 * can reach, and a page to log in is no registry anyway.
 */
export function nextTarget(
  from: Target,
  { status, location }: Answered,
  resource: string,
): Result<Target | undefined, string> {
  if (!REDIRECTS.has(status)) return ok(undefined);
  if (location === undefined || location === '') return err(`answered ${status} without a Location`);
  if (!URL.canParse(location, from.origin + from.path)) return err(`answered ${status} with a Location that is no URL`);
  const to = new URL(location, from.origin + from.path);
  const next = { origin: to.origin, path: to.pathname + to.search };
  if (to.protocol !== 'http:' && to.protocol !== 'https:')
    return err(`answered ${status} to ${to.protocol}, which is not http`);
  if (from.origin.startsWith('https:') && to.protocol === 'http:')
    return err(`answered ${status} to ${shown(next)}: a redirect from https to http is not followed`);
  if (!spelled(to.pathname).endsWith(`/${spelled(resource)}`))
    return err(`answered ${status} to ${shown(next)}: a redirect to another resource is not followed`);
  return ok(next);
}

/** Servers on the way may escape a path in other ways than the client did, or add or drop its last slash. */
function spelled(path: string): string {
  const bare = path.replace(/\/$/, '');
  try {
    return decodeURIComponent(bare);
  } catch {
    return bare;
  }
}

/** Where a write went that was redirected to this target; `undefined` when the path is not Eureka's. */
export function placeOf({ origin, path }: Target, written: string): Place | undefined {
  const [there = ''] = path.split('?', 1);
  return there.endsWith(`/${written}`) ? { origin, base: there.slice(0, -written.length - 1) } : undefined;
}
