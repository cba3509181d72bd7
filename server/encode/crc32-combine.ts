/** The CRC-32 polynomial, bits reversed, as a signed 32-bit number: signed arithmetic is several times faster here. */
const POLYNOMIAL = 0xedb88320 | 0;

/** Product of two polynomials over GF(2) modulo the CRC polynomial. */
function multiply(a: number, b: number): number {
  let product = 0;
  let factor = b;
  for (let bit = 1 << 31; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= factor;
    factor = (factor & 1) !== 0 ? (factor >>> 1) ^ POLYNOMIAL : factor >>> 1;
  }
  return product;
}

/** x^(2^n) for n = 0 … 31. */
const POWERS: readonly number[] = (() => {
  const powers = [1 << 30];
  for (let n = 1; n < 32; n++) {
    const last = powers[n - 1] ?? 0;
    powers.push(multiply(last, last));
  }
  return powers;
})();

/** The factor for a CRC that is followed by `length` bytes. It is computed once per piece. */
export function shiftOf(length: number): number {
  let shift = 1 << 31;
  // x^(8 × length): the exponent in bytes starts at the power for 2^3 bits.
  for (let rest = length, power = 3; rest > 0; rest = Math.floor(rest / 2), power++)
    if (rest % 2 === 1) shift = multiply(POWERS[power % 32] ?? 0, shift);
  return shift;
}

/** CRC-32 of `a` followed by `b`, from their CRCs and `shiftOf(b.length)`. Unsigned. */
export function combineCrc32(crcOfA: number, crcOfB: number, shiftOfB: number): number {
  return (multiply(shiftOfB, crcOfA) ^ crcOfB) >>> 0;
}
