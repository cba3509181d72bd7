import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isIpAddress } from '../../shared/address/ip-address.ts';
import { networkOf, parseNetwork } from '../../shared/address/network.ts';

const ipv4 = fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => [...bytes]);
/** The notation of IPv6 is intricate about zero bytes and mapped prefixes. */
const ipv6 = fc.oneof(
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => [...bytes]),
  fc.array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 }),
  ipv4.map((bytes) => [...mappedPrefix, ...bytes]),
);
const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];
const address = fc.oneof(ipv4, ipv6);

/** The spellings of one address: with or without a run of zeros, leading zeros, upper case, dotted end, zone index. */
const spelling = fc.record({
  squeeze: fc.boolean(),
  pad: fc.boolean(),
  upper: fc.boolean(),
  dotted: fc.boolean(),
  zone: fc.boolean(),
  brackets: fc.boolean(),
});
type Spelling = typeof spelling extends fc.Arbitrary<infer S> ? S : never;

function dotted(bytes: readonly number[]): string {
  return bytes.join('.');
}

function written(bytes: readonly number[], style: Omit<Spelling, 'zone' | 'brackets'>): string {
  if (bytes.length === 4) return dotted(bytes);
  const groups = Array.from({ length: style.dotted ? 6 : 8 }, (_, i) => {
    const text = ((bytes[2 * i] ?? 0) * 256 + (bytes[2 * i + 1] ?? 0)).toString(16);
    return style.pad ? text.padStart(4, '0') : text;
  });
  if (style.dotted) groups.push(dotted(bytes.slice(12)));
  const zeros = groups.findIndex((group) => /^0+$/.test(group));
  const text = style.squeeze && zeros >= 0 ? squeezed(groups, zeros) : groups.join(':');
  return style.upper ? text.toUpperCase() : text;
}

/** The spelling without the run of zeros that begins there. */
function squeezed(groups: readonly string[], from: number): string {
  const rest = groups.findIndex((group, i) => i >= from && !/^0+$/.test(group));
  return `${groups.slice(0, from).join(':')}::${rest < 0 ? '' : groups.slice(rest).join(':')}`;
}

/** The model: the bits as text, with IPv4-mapped addresses as IPv4. */
function bits(bytes: readonly number[]): string {
  const mapped = bytes.length === 16 && mappedPrefix.every((byte, i) => bytes[i] === byte);
  return (mapped ? bytes.slice(12) : bytes).map((byte) => byte.toString(2).padStart(8, '0')).join('');
}

function bytesOf(bitText: string): readonly number[] {
  return (bitText.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
}

test('every spelling of an address is that address, and is in the network of that address alone', () => {
  fc.assert(
    fc.property(address, address, spelling, spelling, (bytes, others, style, another) => {
      const own = written(bytes, style);
      const spelled = written(bytes, another) + (another.zone && bytes.length === 16 ? '%eth0' : '');
      assert.ok(isIpAddress(own), own);
      assert.ok(isIpAddress(spelled), spelled);
      const network = parseNetwork(own);
      assert.ok(network.ok, own);
      const literal = another.brackets ? `[${spelled}]` : spelled;
      assert.equal(networkOf(literal, [network.value])?.text, own);
      assert.equal(networkOf(written(others, style), [network.value]) !== undefined, bits(others) === bits(bytes));
    }),
  );
});

test('an address is in a network exactly when the bits of the prefix are the same', () => {
  const length = fc.nat({ max: 128 });
  const flip = fc.option(fc.nat({ max: 127 }));
  fc.assert(
    fc.property(address, address, length, flip, spelling, spelling, (bytes, stranger, long, bit, style, another) => {
      const whole = bits(bytes);
      const prefix = long % (whole.length + 1);
      const first = whole.slice(0, prefix).padEnd(whole.length, '0');
      const base = bytesOf(first);
      // Other bits after a prefix may turn an address into a mapped one or back. The parser goes by the written one.
      fc.pre(bits(base) === first);
      const network = parseNetwork(`${written(base, style)}/${prefix}`);
      assert.ok(network.ok);
      // A random address is hardly ever inside, so an address that differs in one bit is checked too.
      const near = bit === null ? whole : whole.replaceAll(/./g, (b, i) => (i === bit ? String(1 - Number(b)) : b));
      for (const asked of [bytesOf(near), stranger]) {
        const inside = bits(asked).length === whole.length && bits(asked).slice(0, prefix) === first.slice(0, prefix);
        assert.equal(networkOf(written(asked, another), [network.value]) !== undefined, inside);
      }
    }),
  );
});
