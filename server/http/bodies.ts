import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { gunzip } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** `type/subtype`, with anything behind it. */
const MEDIA_TYPE = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/;

/**
 * Hands every body to its route as unpacked bytes, whatever its content type; the route decides what it must be.
 * Heartbeats arrive with `{}`, with a type and no body, or with anything else, and stock servers read none of it.
 * `limitBytes` bounds the unpacked body too (413). What is not gzip is refused with 400, another coding with 415.
 */
export function acceptBodies(app: FastifyInstance, limitBytes: number): void {
  // The framework waits for the end of a body wherever there is a type. Where Node knows of none, that has been (`Connections`).
  app.addHook('preParsing', (_request, _reply, payload, done) =>
    done(null, payload.readableEnded ? Readable.from([]) : payload),
  );
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    const coding = codingOf(request);
    if (coding === 'unknown') done(new BodyError(415, `content-encoding ${request.headers['content-encoding']}`));
    else if (coding === 'identity' || body.length === 0) done(null, body);
    // A small body may unpack to gigabytes: it is cut off where plain bodies are.
    else
      gunzip(body, { maxOutputLength: limitBytes }, (error: NodeJS.ErrnoException | null, unpacked) => {
        if (error === null) done(null, unpacked);
        else if (error.code === 'ERR_BUFFER_TOO_LARGE') done(new BodyError(413, 'the unpacked body is too large'));
        else done(new BodyError(400, `the body is no gzip: ${error.message}`));
      });
  });
}

/**
 * Drops a `Content-Type` that is not a media type. The framework would refuse it on every route, stock servers do not.
 */
export function forgetBadType({ headers }: IncomingMessage): void {
  const type = headers['content-type'];
  if (type !== undefined && !MEDIA_TYPE.test(type)) delete headers['content-type'];
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
