/** Why a server cannot listen somewhere, by the code of the error; `undefined`: it is another kind of error. */
export function listenProblemOf(code: unknown): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return 'the port is in use by another process';
    case 'EACCES':
      return 'no permission to use this port';
    case 'EADDRNOTAVAIL':
      return 'this machine does not have that address';
    case 'EAFNOSUPPORT':
      return 'this machine has no IPv6';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the host name cannot be resolved';
    default:
      return undefined;
  }
}
