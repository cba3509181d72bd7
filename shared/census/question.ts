import { appName, type AppName } from '../model/names.ts';
import { ownCopy } from '../text/own-copy.ts';

/** What one request of the Eureka protocol asks for. `undefined` members are not known from the URL. */
export type Question =
  { readonly kind: 'full' | 'delta' } | { readonly kind: 'app' | 'vip' | 'svip' | 'instance'; readonly name: string };

/** Characters of a name that are remembered. */
export const MAX_NAME_LENGTH = 200;

/** A read by its URL; `undefined`: it is no read resource of the protocol. */
export function questionOf(url: string): Question | undefined {
  const [resource, first, second, third] = segmentsOf(url);
  if (resource === 'apps' && first === undefined) return { kind: 'full' };
  if (first === undefined || third !== undefined) return undefined;
  if (resource === 'apps') {
    if (second !== undefined) return { kind: 'instance', name: nameOf(second) };
    return first === 'delta' ? { kind: 'delta' } : { kind: 'app', name: appNameOf(first) };
  }
  if (second !== undefined) return undefined;
  if (resource === 'vips') return { kind: 'vip', name: nameOf(first) };
  if (resource === 'svips') return { kind: 'svip', name: nameOf(first) };
  return resource === 'instances' ? { kind: 'instance', name: nameOf(first) } : undefined;
}

/** What a write does to the instances of an application; `undefined`: it is none of an instance. */
export interface Writing {
  readonly app: AppName;
  readonly kind: 'register' | 'renew' | 'cancel' | 'other';
}

export function writingOf(method: string, url: string): Writing | undefined {
  const [resource, app, id, detail] = segmentsOf(url);
  if (resource !== 'apps' || app === undefined) return undefined;
  const name = appNameOf(app);
  if (method === 'POST') return id === undefined ? { app: name, kind: 'register' } : undefined;
  if (id === undefined) return undefined;
  if (detail !== undefined) return { app: name, kind: 'other' };
  return { app: name, kind: method === 'PUT' ? 'renew' : 'cancel' };
}

/** The name of an application by its segment in a URL. */
function appNameOf(segment: string): AppName {
  return appName(nameOf(segment));
}

/** The segments below the mount; none for other URLs. The router takes escapes in the names of paths, too. */
function segmentsOf(url: string): readonly string[] {
  const end = url.search(/[?#]/);
  const path = (end < 0 ? url : url.slice(0, end)).split('/').filter((segment) => segment !== '');
  const [mount = '', version = ''] = path.slice(0, 2).map(unescaped);
  if (mount !== 'eureka') return [];
  const [resource, ...names] = path.slice(version === 'v2' || version === 'v1' ? 2 : 1);
  return resource === undefined ? [] : [unescaped(resource), ...names];
}

function unescaped(segment: string): string {
  return segment.includes('%') ? nameOf(segment) : segment;
}

function nameOf(segment: string): string {
  try {
    return ownCopy(decodeURIComponent(segment), MAX_NAME_LENGTH);
  } catch {
    return ownCopy(segment, MAX_NAME_LENGTH);
  }
}
