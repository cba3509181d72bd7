import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionErrorText, connectionProblem } from '../../../../shared/text/connection-problem.ts';

const OPENSSL = (reason: string): string =>
  `40C38CC4887F0000:error:0A00010B:SSL routines:tls_validate_record_header:${reason}:../deps/openssl/tlsany_meth.c:78:\n`;

test('what a connection fails with is said for people, and the rest stays', () => {
  for (const [said, told] of [
    ['connect ECONNREFUSED 127.0.0.1:9', 'connection refused (is the server running?)'],
    ['http://e:1/eureka: ECONNREFUSED', 'http://e:1/eureka: connection refused (is the server running?)'],
    ['getaddrinfo ENOTFOUND eureka-1.internal', 'its name cannot be resolved (ENOTFOUND)'],
    ['http://e/eureka: getaddrinfo EAI_AGAIN e', 'http://e/eureka: its name cannot be resolved (EAI_AGAIN)'],
    [OPENSSL('wrong version number'), 'no TLS is spoken at this port (is it meant for http://?)'],
    [OPENSSL('tlsv1 alert protocol version'), 'TLS: tlsv1 alert protocol version'],
    ['its name cannot be resolved (ENOTFOUND)', 'its name cannot be resolved (ENOTFOUND)'],
    ['certificate has expired', 'its certificate has ended'],
    ['other side closed', 'the other side closed the connection'],
    ['self-signed certificate', 'its certificate is not believed: self-signed certificate'],
    [
      'https://e/eureka: self-signed certificate in certificate chain; if the root CA is installed locally, try running Node.js with --use-system-ca',
      'https://e/eureka: its certificate is not believed: self-signed certificate in certificate chain',
    ],
    ["Hostname/IP does not match certificate's altnames", "Hostname/IP does not match certificate's altnames"],
  ] as const)
    assert.equal(connectionProblem(said), told);
});

test('what one can do is told where it is known, once', () => {
  const ways = { authorities: '--ca FILE', closed: 'is it meant for https://?' };
  const untrusted =
    'its certificate is not believed: unable to verify the first certificate; --ca FILE names its authority';
  assert.equal(connectionProblem('unable to verify the first certificate', ways), untrusted);
  assert.equal(connectionProblem(untrusted, { authorities: 'another way' }), untrusted);
  assert.equal(
    connectionProblem('other side closed', ways),
    'the other side closed the connection (is it meant for https://?)',
  );
  assert.equal(
    connectionProblem(OPENSSL('tlsv13 alert certificate required'), { closed: 'does it want one?' }),
    'TLS: tlsv13 alert certificate required (does it want one?)',
  );
});

test('an error without a message is told by its code, or its name', () => {
  assert.match(connectionErrorText(Object.assign(new Error(''), { code: 'ECONNREFUSED' })), /^connection refused/);
  assert.equal(connectionErrorText(Object.assign(new Error(''), { code: 'EPIPE' })), 'EPIPE');
  assert.equal(connectionErrorText(new RangeError('')), 'RangeError');
  assert.equal(connectionErrorText('broken'), 'broken');
});
