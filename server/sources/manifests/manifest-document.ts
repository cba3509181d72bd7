import type { StrippedObject } from '../../../shared/ingress/stripped.ts';

/** The content of one file. */
export interface ManifestContent {
  readonly objects: readonly StrippedObject[];
  /** The number of objects whose kind has no effect on entries, such as ConfigMaps. */
  readonly ignored: number;
}

/** What is wrong in a file, and in which line (from 1) if that is known. */
export interface ManifestError {
  readonly line: number | undefined;
  readonly message: string;
}

/** One document of a file, as plain data. */
export interface Document {
  readonly line: number | undefined;
  readonly data: unknown;
}
