import { gzipSync } from 'node:zlib';
import { resetConnection, sendJson, sendStatus, statusObject, type Request, type Response } from './answer.ts';
import type { ApiObject, ClusterState } from './cluster-state.ts';
import type { ApiCall, ListFault } from './faults.ts';

interface Snapshot {
  readonly version: number;
  readonly objects: readonly ApiObject[];
}

export interface ListSettings {
  readonly listsBehind: number;
}

/** Lists in pages of one version, as in a real server. Continue tokens expire with the history. */
export class Lists {
  readonly #state: ClusterState;
  readonly #snapshots = new Map<string, Snapshot>();
  #tokens = 0;

  constructor(state: ClusterState) {
    this.#state = state;
  }

  answer(
    call: ApiCall,
    fault: ListFault | undefined,
    settings: ListSettings,
    request: Request,
    response: Response,
  ): void {
    const page = this.#page(call, settings);
    switch (fault?.kind) {
      case undefined:
        if (page === undefined) sendStatus(response, 410, 'The provided continue parameter is too old');
        else sendJson(response, 200, page);
        return;
      case 'status':
        return sendStatus(response, fault.status, 'fault');
      case 'hang':
        return;
      case 'body-stops':
      case 'cut':
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write(half(page));
        if (fault.kind === 'cut') setTimeout(() => resetConnection(request), 5);
        return;
      case 'cut-json':
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(half(page));
        return;
      case 'bomb':
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
        response.end(bomb());
        return;
      case 'html':
        response.writeHead(200, { 'content-type': 'text/html' });
        response.end('<!doctype html><title>Sign in</title>');
        return;
      case 'status-object':
        return sendJson(response, 200, { ...statusObject(200, 'welcome'), status: 'Success' });
      case 'redirect':
        response.writeHead(302, { location: '/login' });
        response.end();
        return;
    }
  }

  /** `undefined`: the token is expired. */
  #page({ kind, namespace, query }: ApiCall, { listsBehind }: ListSettings): object | undefined {
    const token = query.get('continue');
    const limit = Number(query.get('limit') ?? '0');
    const snapshot =
      token === null
        ? { version: this.#state.version, objects: this.#state.list(kind, namespace) }
        : this.#snapshots.get(token);
    if (snapshot === undefined || (token !== null && snapshot.version < this.#state.oldest)) return undefined;
    const items = limit === 0 ? snapshot.objects : snapshot.objects.slice(0, limit);
    const rest = snapshot.objects.slice(items.length);
    const next = rest.length === 0 ? '' : `token-${++this.#tokens}`;
    if (next !== '') this.#snapshots.set(next, { version: snapshot.version, objects: rest });
    return {
      kind: `${kind}List`,
      apiVersion: 'v1',
      metadata: {
        resourceVersion: this.#state.spelled(snapshot.version - listsBehind),
        ...(next !== '' && { continue: next }),
      },
      // As in a real server: items of typed lists have neither kind nor apiVersion.
      items: items.map((object) => ({ ...object, kind: undefined, apiVersion: undefined })),
    };
  }
}

/** Four gigabytes in four megabytes: many times the same packed piece. */
function bomb(): Buffer {
  return Buffer.concat(Array<Buffer>(4096).fill(gzipSync(Buffer.alloc(1024 * 1024, ' '))));
}

function half(page: object | undefined): string {
  const text = JSON.stringify(page ?? {});
  return text.slice(0, text.length / 2);
}
