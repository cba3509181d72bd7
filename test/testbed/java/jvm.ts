import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Starts soon and stays small: half the memory and two thirds of the start time of the defaults. */
const lean = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData'];

export interface JvmOptions {
  readonly maxHeapMb: number;
  /** Temporary files go here. */
  readonly dir: string;
  readonly properties?: Readonly<Record<string, string>>;
  /** Host name → address; without it the machine's own resolver is used. */
  readonly hosts?: Readonly<Record<string, string>>;
}

/** Arguments of `java` before `-jar`. */
export function jvmFlags({ maxHeapMb, dir, properties = {}, hosts }: JvmOptions): readonly string[] {
  const temporary = join(dir, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const all = {
    'java.io.tmpdir': temporary,
    ...(hosts !== undefined && { 'jdk.net.hosts.file': hostsFile(dir, hosts) }),
    ...properties,
  };
  return [`-Xmx${maxHeapMb}m`, ...lean, ...Object.entries(all).map(([key, value]) => `-D${key}=${value}`)];
}

/** A hosts file replaces Java's whole resolver, so it must contain every name that a program looks up. */
function hostsFile(dir: string, hosts: Readonly<Record<string, string>>): string {
  const file = join(dir, 'hosts');
  const all = { localhost: '127.0.0.1', [hostname()]: '127.0.0.1', ...hosts };
  writeFileSync(
    file,
    Object.entries(all)
      .map(([name, ip]) => `${ip} ${name}\n`)
      .join(''),
  );
  return file;
}

/** Spring's own syntax of settings: `--key=value`, which takes precedence over those in the jar. */
export function springArguments(properties: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(properties).map(([key, value]) => `--${key}=${value}`);
}
