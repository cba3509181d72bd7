/** One instruction, with continued lines joined. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
}

export interface Stage {
  readonly image: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

export function parseDockerfile(text: string): readonly Stage[] {
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  const joined = lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  const stages: { image: string; name: string | undefined; instructions: Instruction[] }[] = [];
  for (const line of joined) {
    const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (name === 'FROM') {
      const [image = '', as, alias] = rest.split(/\s+/);
      stages.push({ image, name: as?.toUpperCase() === 'AS' ? alias : undefined, instructions: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (stage === undefined || name === '') throw new Error(`not understood: ${line}`);
    stage.instructions.push({ name, text: rest });
  }
  return stages;
}

/** `COPY [--from=STAGE] SOURCE... TARGET`. */
export interface Copy {
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

export function parseCopy(text: string): Copy {
  const words = text.split(/\s+/);
  const flags = words.filter((word) => word.startsWith('--'));
  const from = flags.map((flag) => /^--from=(.+)$/.exec(flag)?.[1]).find((name) => name !== undefined);
  if (flags.length > (from === undefined ? 0 : 1)) throw new Error(`a flag that is not understood: COPY ${text}`);
  const paths = words.filter((word) => !word.startsWith('--'));
  return { from, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' };
}

/** `ENV NAME=VALUE ...` */
export function parseEnv(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split(/\s+/).map((pair) => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

/** Whether .dockerignore keeps a path in the context. The last line that matches it or a folder above it decides. */
export function inContext(ignore: string, path: string): boolean {
  let kept = true;
  for (const line of ignore.split('\n').map((each) => each.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const wanted = line.startsWith('!');
    const pattern = wanted ? line.slice(1) : line;
    if (/[*?[\\]/.test(pattern) && pattern !== '**') throw new Error(`a pattern that is not understood: ${line}`);
    if (pattern === '**' || path === pattern || path.startsWith(`${pattern}/`)) kept = wanted;
  }
  return kept;
}
