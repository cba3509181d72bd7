import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files of a certificate and its key, in PEM form. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

export interface Issued {
  /** As OpenSSL takes it: `/O=Acme/CN=batch`. */
  readonly subject: string;
  readonly days?: number;
  /** Host names and addresses: `DNS:localhost,IP:127.0.0.1`. */
  readonly names?: string;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** An authority that lives as long as a test: certificates in a repository end one day, and tests with them. */
export class TestAuthority {
  readonly #directory: string;
  readonly #name: string;
  #issued = 0;

  constructor(directory: string, name = 'authority') {
    this.#directory = directory;
    this.#name = name;
    const { cert, key } = this.files;
    const usage = ['-addext', 'basicConstraints=critical,CA:true', '-addext', 'keyUsage=critical,keyCertSign'];
    openssl(['req', '-x509', ...KEY, '-keyout', key, '-out', cert, '-days', '30', '-subj', `/CN=${name}`, ...usage]);
  }

  get files(): CertificateFiles {
    return { cert: join(this.#directory, `${this.#name}.crt`), key: join(this.#directory, `${this.#name}.key`) };
  }

  get pem(): string {
    return readFileSync(this.files.cert, 'utf8');
  }

  read(file: string): string {
    return readFileSync(file, 'utf8');
  }

  issue({ subject, days = 30, names }: Issued): CertificateFiles {
    const base = join(this.#directory, `${this.#name}-${++this.#issued}`);
    const issued = { cert: `${base}.crt`, key: `${base}.key` };
    const request = `${base}.csr`;
    openssl(['req', '-new', ...KEY, '-keyout', issued.key, '-out', request, '-subj', subject]);
    const extensions = `${base}.ext`;
    writeFileSync(
      extensions,
      ['basicConstraints=CA:false', ...(names === undefined ? [] : [`subjectAltName=${names}`])].join('\n'),
    );
    const authority = ['-CA', this.files.cert, '-CAkey', this.files.key, '-CAcreateserial'];
    const out = ['-out', issued.cert, '-days', String(days), '-extfile', extensions];
    openssl(['x509', '-req', '-in', request, ...authority, ...out]);
    return issued;
  }

  /** For a server on loopback. */
  server(): CertificateFiles {
    return this.issue({ subject: '/CN=localhost', names: 'DNS:localhost,DNS:eurek8s.test,IP:127.0.0.1,IP:::1' });
  }
}

function openssl(args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
