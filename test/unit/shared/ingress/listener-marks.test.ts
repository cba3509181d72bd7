import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { listenerMarks } from '../../../../shared/ingress/listener-marks.ts';

const ALB = 'alb.ingress.kubernetes.io/';
const TRAEFIK = 'traefik.ingress.kubernetes.io/';

describe('what annotations say of the listeners of an Ingress', () => {
  for (const [annotation, value, expected] of [
    [`${ALB}listen-ports`, '[{"HTTP":80},{"HTTPS":443}]', undefined],
    [`${ALB}listen-ports`, '[{"HTTP":8080}]', { says: 'http', port: 8080 }],
    [`${ALB}listen-ports`, '[{"HTTP":8080},{"HTTP":80}]', { says: 'http' }],
    [`${ALB}listen-ports`, '[{"https":8443}]', { says: 'https', securePort: 8443 }],
    [`${ALB}listen-ports`, '[{"HTTP":80},{"HTTPS":8443}]', { says: 'both', securePort: 8443 }],
    [`${ALB}listen-ports`, '[{"HTTP":65536}]', undefined],
    [`${ALB}certificate-arn`, 'arn:x', { says: 'https' }],
    [`${ALB}ssl-redirect`, '443', { says: 'https' }],
    [`${ALB}ssl-redirect`, '8443', { says: 'https', securePort: 8443 }],
    [`${ALB}ssl-redirect`, 'true', { says: 'redirects' }],
    ['kubernetes.io/ingress.allow-http', 'false', { says: 'https' }],
    ['kubernetes.io/ingress.allow-http', 'true', undefined],
    ['ingress.kubernetes.io/allow-http', 'false', { says: 'https' }],
    [`${TRAEFIK}router.tls`, 'true', { says: 'https' }],
    [`${TRAEFIK}router.tls`, 'false', undefined],
    [`${TRAEFIK}router.tls.certresolver`, 'le', { says: 'https' }],
    ['example.com/router.tls.certresolver', 'le', undefined],
    [`${TRAEFIK}router.entrypoints`, 'websecure', { says: 'https' }],
    [`${TRAEFIK}router.entrypoints`, 'web, websecure', undefined],
    [`${TRAEFIK}frontend.entryPoints`, 'https', { says: 'https' }],
    [`${TRAEFIK}frontend.entryPoints`, 'insecure', undefined],
    [`${TRAEFIK}redirect-entry-point`, 'https', { says: 'redirects' }],
    [`${TRAEFIK}redirect-entry-point`, 'http', undefined],
    ['konghq.com/protocols', 'https', { says: 'https' }],
    ['konghq.com/protocols', 'http,https', undefined],
    ['route.openshift.io/termination', 'Edge', { says: 'https' }],
    ['route.openshift.io/termination', 'none', undefined],
    ['appgw.ingress.kubernetes.io/appgw-ssl-certificate', 'x', { says: 'https' }],
    ['ingress.citrix.com/insecure-termination', 'disallow', { says: 'https' }],
    ['ingress.citrix.com/insecure-termination', 'redirect', { says: 'redirects' }],
    ['ingress.citrix.com/insecure-termination', 'allow', undefined],
    ['zalando.org/skipper-ingress-redirect', 'true', { says: 'redirects' }],
    ['nginx.ingress.kubernetes.io/force-ssl-redirect', 'true', { says: 'redirects' }],
    ['nginx.ingress.kubernetes.io/ssl-redirect', 'true', undefined],
    ['nginx.ingress.kubernetes.io/ssl-passthrough', 'true', { says: 'passes-tls' }],
    ['nginx.ingress.kubernetes.io/ssl-passthrough', 'false', undefined],
    ['nginx.ingress.kubernetes.io/permanent-redirect', 'https://x', { says: 'turns-away' }],
    ['eurek8s.io/permanent-redirect', 'https://x', undefined],
    ['permanent-redirect', 'https://x', undefined],
    [`${ALB}certificate-arn`, ' ', undefined],
    [`${ALB}listen-ports`, '[{"HTTP":8080},{"HTTPS":443}]', { says: 'both', port: 8080 }],
    [`${ALB}listen-ports`, '[{"HTTPS":443}]', { says: 'https' }],
    [`${ALB}listen-ports`, '[{"HTTPS":9443},{"HTTPS":8443}]', { says: 'https', securePort: 9443 }],
    [`${ALB}listen-ports`, 'no list', undefined],
    [`${ALB}listen-ports`, '[{"HTTP":null}]', undefined],
    [`${ALB}ssl-redirect`, '65535', { says: 'https', securePort: 65_535 }],
    [`${ALB}ssl-redirect`, '65536', undefined],
    [`${ALB}ssl-redirect`, 'x443', undefined],
    [`${ALB}ssl-redirect`, '443x', undefined],
    [`${ALB}ssl-redirect`, '0443', undefined],
    [`${TRAEFIK}router.entrypoints`, 'websecure, https;', { says: 'https' }],
    [`${TRAEFIK}frontend.entryPoints`, 'http,https', undefined],
    [`${TRAEFIK}xrouter.tls.certresolver`, 'le', undefined],
    [`${TRAEFIK}redirect-entry-point`, 'insecure-https', undefined],
    ['konghq.com/protocols', 'HTTPS grpcs', { says: 'https' }],
    ['konghq.com/protocols', 'grpc', undefined],
    ['route.openshift.io/termination', 'reencrypt', { says: 'https' }],
    ['route.openshift.io/termination', 'passthrough', { says: 'https' }],
    ['route.openshift.io/termination', 'no edge', undefined],
    ['route.openshift.io/termination', 'edges', undefined],
    ['ingress.citrix.com/insecure-termination', 'no disallow', undefined],
    ['ingress.citrix.com/insecure-termination', 'disallowed', undefined],
    ['ingress.citrix.com/insecure-termination', 'no redirect', undefined],
    ['ingress.citrix.com/insecure-termination', 'redirected', undefined],
    ['any.example.com/https-redirect', 'true', { says: 'redirects' }],
    ['any.example.com/force-https-redirect', 'true', { says: 'redirects' }],
    ['any.example.com/redirect-to-https', 'false', undefined],
    ['any.example.com/no-force-https', 'true', undefined],
    ['any.example.com/force-https-never', 'true', undefined],
    ['any.example.com/no-ssl-passthrough', 'true', undefined],
    ['any.example.com/ssl-passthrough-port', 'true', undefined],
    ['any.example.com/redirect-to', '/x', { says: 'turns-away' }],
    ['any.example.com/no-redirect-to', '/x', undefined],
    ['any.example.com/redirect-to-x', '/x', undefined],
  ] as const)
    test(`${annotation}: ${value}`, () =>
      assert.deepEqual(
        listenerMarks({ [annotation]: value }),
        expected === undefined ? [] : [{ annotation, ...expected }],
      ));

  test('a certificate says nothing beside the ports', () => {
    const both = { [`${ALB}certificate-arn`]: 'arn:x', [`${ALB}listen-ports`]: '[{"HTTP":80}]' };
    assert.deepEqual(listenerMarks(both), [{ annotation: `${ALB}listen-ports`, says: 'http' }]);
    const blank = { ...both, [`${ALB}listen-ports`]: ' ' };
    assert.deepEqual(listenerMarks(blank), [{ annotation: `${ALB}certificate-arn`, says: 'https' }]);
  });
});
