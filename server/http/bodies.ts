import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HeldBodies } from './held-bodies.ts';
import type { RequestTurns } from './request-turns.ts';

/** `type/subtype`, with anything behind it. */
const MEDIA_TYPE = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/;

export interface BodyPorts {
  readonly turns: RequestTurns;
  readonly held: HeldBodies;
}

/**
 * Hands every body to its route as unpacked bytes, whatever its content type; the route decides what it must be.
 * Heartbeats arrive with `{}`, with a type and no body, or with anything else, and stock servers read none of it.
 * What is too large when it is unpacked is refused with 413, what is not gzip with 400, another coding with 415. To read
 * a large body takes longer than to receive it, so bodies take turns.
 */
export function acceptBodies(app: FastifyInstance, { turns, held }: BodyPorts): void {
  const answers = new WeakMap<IncomingMessage, ServerResponse>();
  // The framework waits for the end of a body wherever there is a type. Where Node knows of none, that has been
  // (`Connections`).
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (codingOf(request) === 'gzip') answers.set(request.raw, reply.raw);
    done(null, payload.readableEnded ? Readable.from([]) : payload);
  });
  // What changes nothing has no body that anybody reads (`dropBody`).
  app.addHttpMethod('OPTIONS', { hasBody: false, overrideExisting: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    const coding = codingOf(request);
    if (coding === 'unknown') done(new BodyError(415, `content-encoding ${request.headers['content-encoding']}`));
    else if (body.length === 0) done(null, body);
    else
      turns.take(request.raw, () => {
        const unpacked = coding === 'gzip' ? unpack(body, request.routeOptions.bodyLimit) : body;
        if (unpacked instanceof BodyError) return done(unpacked);
        const answer = answers.get(request.raw);
        if (answer === undefined || held.holdUnpacked(answer, unpacked.length)) done(null, unpacked);
      });
  });
}

/**
 * A small body may unpack to gigabytes: it is cut off where plain bodies of its route are, after less than a
 * millisecond, or some ten for a batch of peers. On other threads thousands would be unpacked side by side, and none
 * could be counted before all of them are in memory.
 */
function unpack(body: Buffer, maxOutputLength: number): Buffer | BodyError {
  try {
    return gunzipSync(body, { maxOutputLength });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ERR_BUFFER_TOO_LARGE'
      ? new BodyError(413, 'the unpacked body is too large')
      : new BodyError(400, `the body is no gzip: ${message}`);
  }
}

/**
 * Drops a `Content-Type` that is not a media type. The framework would refuse it on every route, stock servers do not.
 */
export function forgetBadType(request: IncomingMessage): void {
  const type = request.headers['content-type'];
  if (type === undefined || MEDIA_TYPE.test(type)) return;
  // Not in place: other requests may have the same object.
  const { 'content-type': _, ...others } = request.headers;
  request.headers = others;
}

/**
 * Drops a body that nobody reads. Unread it would be kept until the answer is over, and stop the connection from being
 * read, so that its end would not be seen. Where Node knows of no body, it has been read to its end.
 */
export function dropBody(request: IncomingMessage): void {
  if (!request.readableEnded) request.resume();
}

class BodyError extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

function codingOf(request: FastifyRequest): 'identity' | 'gzip' | 'unknown' {
  switch (request.headers['content-encoding']?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return 'identity';
    case 'gzip':
    case 'x-gzip':
      return 'gzip';
    default:
      return 'unknown';
  }
}
