import {
  goAway,
  resetConnection,
  resetStream,
  sendStatus,
  statusObject,
  type Request,
  type Response,
} from './answer.ts';
import { isOf, type ClusterState, type StateEvent } from './cluster-state.ts';
import type { ApiCall, WatchFault } from './faults.ts';

export interface WatchSettings {
  /** Milliseconds between bookmarks. A real server sends them about once a minute. */
  readonly bookmarkEvery: number;
}

/** Serves one watch, or plays the fault. The returned function ends it regularly, as a server that shuts down does. */
export function answerWatch(
  state: ClusterState,
  call: ApiCall,
  fault: WatchFault | undefined,
  settings: WatchSettings,
  request: Request,
  response: Response,
): () => void {
  const end = (): void => void response.end();
  const open = (): void => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
  };
  const line = (type: string, object: unknown): void => void response.write(`${JSON.stringify({ type, object })}\n`);
  const from = state.parsed(call.query.get('resourceVersion') ?? '0');
  // A real server is silent on a watch that is ahead of it, until it has passed that version.
  const bookmark = (): void => {
    if (state.version < from) return;
    line('BOOKMARK', { kind: call.kind, metadata: { resourceVersion: state.spelled(state.version) } });
  };
  // Even a server that closes at once sends past events first: an event or a bookmark stands for all before it.
  const past = (): void => {
    for (const { type, object } of state.since(from, call.kind, call.namespace)) line(type, object);
  };
  const someEvent = (): void => {
    const [object] = state.list(call.kind, call.namespace);
    if (object !== undefined) state.put(object);
    past();
  };
  switch (fault?.kind) {
    case undefined:
    case 'broken-lines':
      break;
    case 'close':
      open();
      end();
      return end;
    case 'event-then-close':
      open();
      someEvent();
      end();
      return end;
    case 'bookmark-then-close':
      open();
      past();
      bookmark();
      end();
      return end;
    case 'bookmark-alone':
      open();
      bookmark();
      end();
      return end;
    case 'error-status':
      open();
      line('ERROR', fault.status);
      end();
      return end;
    case 'gone-event':
      open();
      line('ERROR', statusObject(410, 'too old resource version'));
      end();
      return end;
    case 'error-event':
      open();
      line('ERROR', statusObject(fault.code, 'an error event'));
      end();
      return end;
    case 'status':
      sendStatus(response, fault.status, 'fault');
      return end;
    case 'reset':
    case 'session-lost':
      resetConnection(request);
      return end;
    case 'half-line':
      open();
      response.write('{"type":"DELETED","object":{"metad');
      setTimeout(() => resetConnection(request), 5);
      return end;
    case 'silent':
      open();
      return end;
    case 'hang':
      return end;
    case 'stream-reset':
      open();
      setTimeout(() => resetStream(request), 5);
      return end;
    case 'goaway':
      open();
      someEvent();
      setTimeout(() => goAway(request), 5);
      return end;
  }
  open();
  if (from < state.oldest) {
    line('ERROR', statusObject(410, `too old resource version: ${from} (${state.oldest})`));
    end();
    return end;
  }
  const send = ({ type, object }: StateEvent): void => {
    if (fault?.kind === 'broken-lines') response.write(`{"type":"${type}","object":{"metad\n`);
    else line(type, object);
  };
  for (const event of state.since(from, call.kind, call.namespace)) send(event);
  const unsubscribe = state.onEvent((event) => {
    if (event.version > from && isOf(event.object, call.kind, call.namespace)) send(event);
  });
  const bookmarks = setInterval(() => {
    if (call.query.get('allowWatchBookmarks') === 'true') bookmark();
  }, settings.bookmarkEvery);
  const timeout = setTimeout(() => finish(), Number(call.query.get('timeoutSeconds') ?? '1800') * 1000);
  const cleanUp = (): void => {
    unsubscribe();
    clearInterval(bookmarks);
    clearTimeout(timeout);
  };
  // A write after the end would be a stream error in HTTP/2.
  const finish = (): void => {
    cleanUp();
    end();
  };
  response.on('close', cleanUp);
  return finish;
}
