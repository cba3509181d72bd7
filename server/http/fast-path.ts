import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers a request before the framework sees it. False: it is left to the framework, and nothing has been done. */
export type FastPath = (request: IncomingMessage, response: ServerResponse) => boolean;
