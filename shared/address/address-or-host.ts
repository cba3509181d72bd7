import { err, ok, type Result } from '../result.ts';
import { parseHostName } from './host-name.ts';
import { isIpAddress, withoutBrackets, zoneIndexOf } from './ip-address.ts';

/**
 * An address that other machines can call: an IP address without the brackets of URLs, or a host name, in one spelling.
 */
export function parseAddressOrHost(text: string): Result<string, string> {
  const bare = withoutBrackets(text);
  if (isIpAddress(bare)) {
    const zone = zoneIndexOf(bare);
    if (zone === undefined) return ok(bare.toLowerCase());
    return err(`"${text}" is tied to the interface ${zone} of one machine: others cannot call it`);
  }
  const name = parseHostName(text);
  return name.ok ? name : err(`"${text}" is neither an IP address nor a host name: ${name.error}`);
}
