/**
 * Whether a version is older than another one of the same kind. Kubernetes defines versions as comparable decimal numbers;
 * other servers may have opaque ones, of which nothing can be said.
 */
export function isOlder(version: string, than: string): boolean {
  if (!NUMBER.test(version) || !NUMBER.test(than)) return false;
  // Numbers of etcd outgrow what a double holds exactly. Without leading zeros the longer one is the greater.
  return version.length === than.length ? version < than : version.length < than.length;
}

const NUMBER = /^[1-9]\d*$/;
