import type { OptionKey, Values } from './options.ts';

/** Keys that are planned and known, but that nothing stands behind yet: said clearly instead of being ignored. */
export const reservedKeys: ReadonlyMap<string, string> = new Map([
  ['listen.tls', 'TLS on the listener is not available in this version; put a TLS-terminating proxy in front'],
]);

export interface UnavailableValue {
  readonly key: OptionKey;
  /** Which options it looks at. */
  readonly reads: readonly OptionKey[];
  readonly applies: (values: Values) => boolean;
  readonly message: string;
}

/** Values that are valid but that this version cannot honour. Remove an entry when its feature is there. */
export const unavailableValues: readonly UnavailableValue[] = [
  {
    key: 'snapshot.file',
    reads: ['snapshot.file'],
    applies: (values) => values['snapshot.file'] !== '',
    message: 'keeping a snapshot over restarts is not available in this version; leave it empty',
  },
  {
    key: 'overlay.action',
    reads: ['overlay.action', 'overlay.cidrs'],
    applies: (values) => values['overlay.action'] === 'absorb' && values['overlay.cidrs'].length > 0,
    message:
      'absorb, which is also the default when overlay.cidrs are given, is not available in this version; choose hide or forward',
  },
];
