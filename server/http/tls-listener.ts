import type { SecureContextOptions, TLSSocket } from 'node:tls';

/** How the server speaks TLS. */
export interface TlsListener {
  /** Beside the plain port; undefined: the one port speaks TLS. */
  readonly port: number | undefined;
  /** Whether clients are asked for a certificate, and whether a connection takes one. */
  readonly clientAuth: 'none' | 'request' | 'require';
  /** What new connections are made with, as the files are now. */
  readonly context: () => SecureContextOptions;
  /** Told of each connection whose handshake is done. */
  readonly opened: (socket: TLSSocket) => void;
}

/** `request`: what does not verify is no reason to end the connection, it counts as none. */
export function tlsOptions({ clientAuth, context }: TlsListener, handshakeTimeout: number) {
  return {
    ...context(),
    handshakeTimeout,
    requestCert: clientAuth !== 'none',
    rejectUnauthorized: clientAuth === 'require',
  };
}
