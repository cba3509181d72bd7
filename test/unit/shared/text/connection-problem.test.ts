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
    ['self-signed certificate', 'self-signed certificate'],
  ] as const)
    assert.equal(connectionProblem(said), told);
});

test('an error without a message is told by its code, or its name', () => {
  assert.match(connectionErrorText(Object.assign(new Error(''), { code: 'ECONNREFUSED' })), /^connection refused/);
  assert.equal(connectionErrorText(Object.assign(new Error(''), { code: 'EPIPE' })), 'EPIPE');
  assert.equal(connectionErrorText(new RangeError('')), 'RangeError');
  assert.equal(connectionErrorText('broken'), 'broken');
});
