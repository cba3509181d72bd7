/** Milliseconds; a shorter input is a help for the reader and no more. */
const TIME_MS = 5000;

/** Takes pieces out of an input for as long as it fails in the same way. */
export async function shrunk(input: string, failsAlike: (input: string) => Promise<boolean>): Promise<string> {
  const end = performance.now() + TIME_MS;
  let shortest = input;
  for (let size = Math.ceil(input.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < shortest.length && performance.now() < end;) {
      const candidate = shortest.slice(0, at) + shortest.slice(at + size);
      if (await failsAlike(candidate)) shortest = candidate;
      else at += size;
    }
  }
  return shortest;
}
