import type { Subject } from './subject.ts';

/** The certificate that the client of a connection has shown. */
export type ClientCertificate =
  /** It is verified and in force: credentials may name its subject. */
  | {
      readonly kind: 'believed';
      readonly subject: Subject;
      /** As `writtenSubject` has it. */
      readonly shown: string;
    }
  /** It counts as none. `why`: continues a sentence about it. */
  | { readonly kind: 'doubted'; readonly shown: string; readonly why: string };

/** Why a certificate of a client is not believed, by the code of OpenSSL. It continues a sentence about it. */
export function doubtText(code: string): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'has ended, or one of its issuers has';
    case 'CERT_NOT_YET_VALID':
      return 'is not valid yet, or one of its issuers is not';
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return 'has an issuer that is not in listen.tls.clientCa';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return 'is self-signed, and not in listen.tls.clientCa';
    case 'INVALID_PURPOSE':
      return 'is not made for clients (extended key usage)';
    default:
      return `is not believed (${code})`;
  }
}

/** What the certificate has to do with a refusal; empty where none was shown. */
export function certificateNote(certificate: ClientCertificate | undefined, isNamed: boolean): string {
  if (certificate === undefined) return '';
  const { shown } = certificate;
  if (certificate.kind === 'doubted')
    return `; the client certificate of ${shown} counts as none: it ${certificate.why}`;
  return isNamed ? '' : `; no credentials name the subject of the client certificate, ${shown}`;
}
