/** A certificate with its key, and the authorities that the other end is verified by, each in PEM form. */
export interface TlsMaterial {
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
  /** `undefined`: the authorities that the system trusts. */
  readonly ca: Buffer | undefined;
}

/** The material for new connections, as the files are now. It is another object after each change. */
export type CurrentTls = () => TlsMaterial;
