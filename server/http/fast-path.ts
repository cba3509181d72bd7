import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers a request before the framework sees it; false when it is not one that it knows, and nothing has happened. */
export type FastPath = (request: IncomingMessage, response: ServerResponse) => boolean;
