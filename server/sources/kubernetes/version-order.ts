/**
 * Whether a version is older than another one of the same kind. Kubernetes defines versions as comparable decimal
 * numbers. Other servers may have opaque versions, which cannot be compared: the result is false.
 */
export function isOlder(version: string, than: string): boolean {
  if (!NUMBER.test(version) || !NUMBER.test(than)) return false;
  // The numbers of etcd may be larger than a double holds exactly. Without leading zeros the longer number is the
  // larger one.
  return version.length === than.length ? version < than : version.length < than.length;
}

const NUMBER = /^[1-9]\d*$/;
