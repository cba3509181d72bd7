import { execFileSync } from 'node:child_process';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

let made: Certificate | undefined;

/** A self-signed certificate for 127.0.0.1 and kubernetes.test. It is made once per process and never stored. */
export function certificate(): Certificate {
  made ??= make();
  return made;
}

/** Another certificate for the same names. */
export function otherCertificate(): Certificate {
  return make();
}

function make(): Certificate {
  const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout - -out -';
  const subject = ['-subj', '/CN=fake-kubernetes', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:kubernetes.test'];
  const pem = execFileSync('openssl', request.split(' ').concat(subject), {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [key, cert] = pem.split(/(?=-----BEGIN CERTIFICATE-----)/);
  if (key === undefined || cert === undefined) throw new Error('openssl gave no certificate');
  return { key, cert };
}
