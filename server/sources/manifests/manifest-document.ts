import type { StrippedObject } from '../../../shared/ingress/stripped.ts';

/** What one file holds. */
export interface ManifestContent {
  readonly objects: readonly StrippedObject[];
  /** Objects of kinds that entries do not depend on, as ConfigMaps. */
  readonly ignored: number;
}

/** Where in the text something is wrong: the line (from 1), where known. */
export interface ManifestError {
  readonly line: number | undefined;
  readonly message: string;
}

/** One document of a file, as plain data. */
export interface Document {
  readonly line: number | undefined;
  readonly data: unknown;
}
