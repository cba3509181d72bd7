/** A certificate with its key, and whom the other end is believed by; each in PEM form. */
export interface TlsMaterial {
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
  /** `undefined`: whom the system trusts. */
  readonly ca: Buffer | undefined;
}

/** What new connections are made with, as the files are now; another object after each change. */
export type CurrentTls = () => TlsMaterial;
