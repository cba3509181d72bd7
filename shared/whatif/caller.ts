/** The clients whose rules are told. Ribbon is first: it is what most of a fleet calls by, and what is meant unless said. */
export const CLIENT_KINDS = ['ribbon', 'springlb', 'node'] as const;
export type ClientKind = (typeof CLIENT_KINDS)[number];

export function isClientKind(text: string): text is ClientKind {
  return CLIENT_KINDS.some((kind) => kind === text);
}

/** Somebody who calls. */
export interface Caller {
  readonly client: ClientKind;
  /** The zone that it is set up with; `undefined`: none. */
  readonly zone: string | undefined;
}
