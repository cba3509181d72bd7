import { isEurekaPath } from '../../shared/auth/required-right.ts';
import { hopsFrom, hopsOf, HOPS_HEADER } from '../../shared/model/hops.ts';
import type { FastPath } from './fast-path.ts';
import { oneLine, REASON_HEADER } from './reply.ts';

const CAME_BACK = 'this request went out from this very Eurek8s: its legacy.urls lead back to it';

/**
 * Answers the hops header of another Eurek8s with the servers that our registry came through. It refuses a request that
 * this process itself has sent: a write that came back would wait for itself. Clients do not send the header, so they
 * do not get it. `self`: the id of this process; `upstream`: the servers that the legacy's lists came through.
 */
export function hopsFastPath(self: string, upstream: () => readonly string[]): FastPath {
  return ({ headers, url = '' }, response) => {
    const header = headers[HOPS_HEADER];
    if (header === undefined || !isEurekaPath(url)) return false;
    response.setHeader(HOPS_HEADER, hopsFrom(self, upstream()));
    if (!hopsOf(header.toString()).includes(self)) return false;
    response.writeHead(503, { [REASON_HEADER]: oneLine(CAME_BACK), 'content-length': '0' }).end();
    return true;
  };
}
