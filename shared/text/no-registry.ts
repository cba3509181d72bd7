/**
 * Why a server answered a fetch of its registry with this status, and what to do about it. `check`, the log, the
 * sources and the readiness use the same text.
 */
export function noRegistryReason(status: number): string {
  switch (status) {
    case 401:
      return 'answered 401: the credentials (user-info of the URL) are missing or not accepted';
    case 403:
      return 'answered 403: the credentials (user-info of the URL) are not accepted, or it has not yet filled itself from its peers';
    case 404:
      return 'answered 404: no Eureka at this path; Spring Cloud serves it at …/eureka, native servers at …/eureka/v2';
    default:
      return `answered ${status}`;
  }
}
