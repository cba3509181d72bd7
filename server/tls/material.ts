import { errorText } from '../../shared/error-text.ts';
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Load } from '../files/followed.ts';
import type { ReadFile } from '../files/read-file.ts';
import type { TlsMaterial } from '../ports/tls.ts';
import type { Validity } from './validity.ts';

/** The files for one end of TLS. */
export interface TlsFiles {
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly ca: string | undefined;
}

/** Checked material: the key belongs to the certificate, and everything can be read. */
export interface CheckedMaterial extends TlsMaterial {
  /** Of our own certificate; `undefined` without one. */
  readonly validity: Validity | undefined;
}

const PEM_CERTIFICATE =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^]+?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/** Reads and checks certificates and keys. An expired certificate is no error here, see `validityNote`. */
export function loadTls({ cert, key, ca }: TlsFiles): Load<CheckedMaterial> {
  return async (read) => {
    const files = { cert: await optional(cert, read), key: await optional(key, read), ca: await optional(ca, read) };
    for (const file of Object.values(files)) if (!file.ok) return file;
    const [certPem, keyPem, caPem] = [valueOf(files.cert), valueOf(files.key), valueOf(files.ca)];
    const leaf = certPem === undefined ? ok(undefined) : firstCertificate(certPem, cert);
    if (!leaf.ok) return leaf;
    if (keyPem !== undefined) {
      const privateKey = keyOf(keyPem, key);
      if (!privateKey.ok) return privateKey;
      if (leaf.value?.checkPrivateKey(privateKey.value) === false) return err(`${key}: is not the key of ${cert}`);
    }
    if (caPem !== undefined) {
      const problem = bundleProblem(caPem, ca);
      if (problem !== undefined) return err(problem);
    }
    try {
      createSecureContext(contextOptions({ cert: certPem, key: keyPem, ca: caPem }));
    } catch (error) {
      // OpenSSL refuses material for further reasons, such as keys that are too short.
      return err(`${[cert, key, ca].filter((path) => path !== undefined).join(', ')}: ${errorText(error)}`);
    }
    return ok({ cert: certPem, key: keyPem, ca: caPem, validity: validityOf(cert, leaf.value) });
  };
}

/** The options for `node:tls`. Versions of TLS before 1.2 are broken. */
export function contextOptions({ cert, key, ca }: TlsMaterial): {
  readonly minVersion: 'TLSv1.2';
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly ca?: Buffer;
} {
  return {
    minVersion: 'TLSv1.2',
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(ca !== undefined && { ca }),
  };
}

async function optional(path: string | undefined, read: ReadFile): Promise<Result<Buffer | undefined, string>> {
  return path === undefined ? ok(undefined) : read(path);
}

function valueOf(result: Result<Buffer | undefined, string>): Buffer | undefined {
  return result.ok ? result.value : undefined;
}

/** The first certificate is the own one; those of its issuers follow. */
function firstCertificate(pem: Buffer, path: string | undefined): Result<X509Certificate, string> {
  const [first] = pem.toString('latin1').match(PEM_CERTIFICATE) ?? [];
  try {
    return first === undefined ? err(`${path}: has no certificate in PEM form`) : ok(new X509Certificate(first));
  } catch (error) {
    return err(`${path}: has a certificate that cannot be read (${errorText(error)})`);
  }
}

function validityOf(file: string | undefined, certificate: X509Certificate | undefined): Validity | undefined {
  if (file === undefined || certificate === undefined) return undefined;
  const { validFromDate, validToDate } = certificate;
  return { file, beginsAt: validFromDate.getTime(), endsAt: validToDate.getTime() };
}

function keyOf(pem: Buffer, path: string | undefined): Result<KeyObject, string> {
  if (/-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(pem.toString('latin1')))
    return err(`${path}: the key is encrypted: store it without a passphrase`);
  try {
    return ok(createPrivateKey(pem));
  } catch {
    // The message of OpenSSL may contain a part of the file.
    return err(`${path}: has no private key in PEM form`);
  }
}

/** Node ignores what is not a certificate, and an empty list would silently trust nobody. */
function bundleProblem(pem: Buffer, path: string | undefined): string | undefined {
  const blocks = pem.toString('latin1').match(PEM_CERTIFICATE) ?? [];
  if (blocks.length === 0) return `${path}: has no certificate in PEM form`;
  for (const [position, block] of blocks.entries())
    if (!isCertificate(block)) return `${path}: certificate ${position + 1} cannot be read`;
  return undefined;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
