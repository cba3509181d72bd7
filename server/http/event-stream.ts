import type { ServerResponse } from 'node:http';

/** Begins an answer that goes on: server-sent events, as browsers read them by themselves. */
export function openEventStream(response: ServerResponse): void {
  // A reader may go away in the middle of what it is told.
  response.on('error', () => undefined);
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // A proxy that gathers the answer would keep the news.
    'x-accel-buffering': 'no',
  });
}

/** `id`: where the reader is after it; a reader that comes again names the last one. */
export function eventText(event: string, data: object, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
