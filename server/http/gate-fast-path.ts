import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Refusal } from '../../shared/auth/refusal.ts';
import type { FastPath } from './fast-path.ts';
import { oneLine, REASON_HEADER } from './reply.ts';
import type { Standing } from './standings.ts';

/** Both encodings are taken; browsers are told of one. */
const CHALLENGE = 'Basic realm="eurek8s", charset="UTF-8"';

/**
 * Answers what may not be asked, whatever it is: without a body, as some clients crash on one and others take it for an
 * empty registry. It comes before all other fast paths, so that none of them has to ask.
 */
export function gateFastPath(
  verdictOf: (request: IncomingMessage) => Refusal | 'open' | 'admitted' | undefined,
  note: (response: ServerResponse, standing: Standing) => void,
): FastPath {
  return (request, response) => {
    const verdict = verdictOf(request);
    if (verdict === undefined) return false;
    const isLetIn = typeof verdict === 'string';
    note(response, isLetIn ? verdict : 'refused');
    if (isLetIn) return false;
    const { status, reason } = verdict;
    response
      .writeHead(status, {
        ...(status === 401 && { 'www-authenticate': CHALLENGE }),
        [REASON_HEADER]: oneLine(reason),
        'content-length': '0',
      })
      .end();
    return true;
  };
}
