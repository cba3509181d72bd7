import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { MAX_WAIT_MS } from '../../shared/api/wait.ts';
import { INSTANCE_STATUSES } from '../../shared/model/instance.ts';
import { closest } from '../../shared/text/closest.ts';
import { parseDuration } from '../../shared/text/duration.ts';
import { mayHoldSecret, shownUrl } from '../../shared/text/shown-url.ts';
import { SERVER_VARIABLE } from '../config/environment.ts';
import { printedConfig } from '../config/print-config.ts';
import { type Access, addAccess, type GivenAccess } from './access.ts';
import { askOptions, defaultServer, type GivenServers, serversOption, withAccess } from './asked-servers.ts';
import { completionScript, SHELLS, type ShellName } from './completion.ts';
import { completionPlaces } from './completion-places.ts';
import { addConfigFlags, configOf } from './config-flags.ts';
import { tellExitCodes } from './exit-codes.ts';
import { explain } from './explain.ts';
import { type HoldOrder, listHolds, orderHold } from './holds.ts';
import { addListings, AT } from './listing-commands.ts';
import { serve } from './serve.ts';
import { addShadow } from './shadow-command.ts';
import { EXIT, type Shell } from './shell.ts';
import { SuggestingOption } from './suggesting-option.ts';
import { addTop } from './top-command.ts';
import { wait } from './wait.ts';
import { addWhatIf } from './whatif-command.ts';

const DESCRIPTION =
  "Speaks Netflix Eureka's REST API and serves the merge of a legacy Eureka's registry and entries derived live from Kubernetes Ingresses and HTTPRoutes.";

/** Milliseconds between two steps of the demo's story. */
const PLAY_PAUSE_MS = 15_000;

/** Runs one command line; resolves with the exit code. */
export async function runProgram(words: readonly string[], shell: Shell): Promise<number> {
  let code: number = EXIT.done;
  const program = buildProgram(shell, words, (result) => (code = result));
  try {
    await program.parseAsync(meantWords(program, words), { from: 'user' });
    return code;
  } catch (error) {
    // Help and version also arrive here, with code 0; commander has written its message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.misused;
    throw error;
  }
}

function meantWords(program: Command, words: readonly string[]): readonly string[] {
  const [first, second] = words;
  // `eurek8s --print-config …` asks for what `serve` would use.
  if (words.includes('--print-config') && first?.startsWith('--') === true) return ['serve', ...words];
  // Of an unknown command there is no help, but perhaps a similar one.
  const isUnknown = second !== undefined && !program.commands.some((each) => each.name() === second);
  return first === 'help' && isUnknown && !/^(-|help$)/.test(second) ? [second] : words;
}

function buildProgram(shell: Shell, words: readonly string[], finish: (code: number) => void): Command {
  const program = new Command('eurek8s')
    .description(DESCRIPTION)
    .version(shell.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print the help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', '\n"eurek8s serve --help" lists all options of the configuration.')
    .configureOutput({
      writeOut: shell.out,
      writeErr: shell.err,
      outputError: (text, write) => write(withoutSecrets(text, words)),
    })
    .exitOverride();

  addConfigFlags(program.command('serve').description('run the server')).action(async (_options, command: Command) => {
    finish(await withConfig(command, shell, ({ config }) => serve(config, shell)));
  });
  addConfigFlags(
    program
      .command('check')
      .description('validate the configuration, and test the connection and the rights of each source'),
  ).action(async (_options, command: Command) => {
    // A server that starts has no use for it.
    const { check } = await import('./check.ts');
    finish(await withConfig(command, shell, (loaded) => check(loaded, shell)));
  });
  program
    .command('demo')
    .description('run a complete miniature on this machine: a legacy registry, sample services, the server in front')
    .option('-p, --port <number>', 'port of the server', portNumber)
    .option('--play [pause]', 'let a service move by itself, with this time between two steps (15s)', upToAnHour)
    .action(async ({ port, play }: { readonly port?: number; readonly play?: number | true }) =>
      finish(await shell.runDemo({ port, play: play === true ? PLAY_PAUSE_MS : play, shell })),
    );
  addAccess(
    program
      .command('explain')
      .description('ask a running server where the entries of an application come from, and why others are missing')
      .argument('<app>', 'name of the application')
      .option('-s, --server <url>', `the server to ask (environment: ${SERVER_VARIABLE})`, defaultServer(shell))
      .option(...AT)
      .option('--json', 'one JSON document'),
  ).action(async (app: string, { server, json = false, at, ...given }: GivenExplain) =>
    finish(await withAccess(given, shell, (access) => explain(app, { server, json, at, access }, shell))),
  );
  addWhatIf(program, shell, finish);
  addWait(program, shell, finish);
  addHolds(program, shell, finish);
  addListings(program, shell, finish);
  addTop(program, shell, finish);
  addShadow(program, shell, finish);
  program
    .command('completion')
    .description('print a script by which a shell completes command lines: eval "$(eurek8s completion bash)"')
    .addArgument(new Argument('<shell>', 'the shell that reads it').choices(SHELLS))
    .action((name: ShellName) => shell.out(completionScript(name, completionPlaces(program))));
  tellExitCodes(program);
  // Of the program alone: the commands were made before.
  return program.showHelpAfterError('"eurek8s --help" lists the commands.');
}

interface GivenExplain extends GivenAccess {
  readonly at?: string;
  readonly server: string;
  readonly json?: boolean;
}

function addWait(program: Command, shell: Shell, finish: (code: number) => void): void {
  addAccess(
    program
      .command('wait')
      .description('wait until an application is served, for pipelines; tells the reasons when it is not by then')
      .argument('<app>', 'name of the application')
      .addOption(
        new SuggestingOption(
          '--source <source>',
          'where the entry must come from: kubernetes, legacy, or a source as cluster:main',
          ['kubernetes', 'legacy'],
        ),
      )
      .addOption(
        new SuggestingOption(
          '--status <status>',
          `the status that it must have: ${INSTANCE_STATUSES.join(', ')}`,
          INSTANCE_STATUSES,
        ).default('UP'),
      )
      .addOption(
        new Option('--timeout <duration>', 'how long to wait, up to 1h').default(60_000, '60s').argParser(upToAnHour),
      )
      .addOption(serversOption(shell, 'a server that must serve it'))
      .option('--json', 'one JSON document'),
  ).action(async (app: string, given: GivenWait) =>
    finish(
      await withAccess(given, shell, (access) =>
        wait(
          app,
          { ...askOptions(given, access, shell), source: given.source, status: given.status, timeoutMs: given.timeout },
          shell,
        ),
      ),
    ),
  );
}

interface GivenWait extends GivenServers {
  readonly source?: string;
  readonly status: string;
  readonly timeout: number;
}

function upToAnHour(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms > MAX_WAIT_MS) throw new InvalidArgumentError('It is not a duration like 60s, up to 1h.');
  return ms;
}

function addHolds(program: Command, shell: Shell, finish: (code: number) => void): void {
  const holds = program
    .command('holds')
    .description(
      'list the removals that running servers hold; "holds release ID" releases one, "holds keep ID" keeps it',
    )
    .addOption(serversOption(shell, 'a server to ask'))
    .option('--json', 'one JSON document');
  addAccess(holds)
    .allowExcessArguments()
    .action(async (given: GivenServers, command: Command) => {
      const [excess] = command.args;
      if (excess !== undefined) command.error(`error: ${meantOfHolds(excess)}`);
      finish(await withAccess(given, shell, (access) => listHolds(askOptions(given, access, shell), shell)));
    });
  const orders: Readonly<Record<HoldOrder, string>> = {
    release: 'let a held change through',
    keep: 'keep a held change until it is released, confirmed or not',
  };
  for (const order of ['release', 'keep'] as const)
    holds
      .command(order)
      .description(
        `${orders[order]}, on every server that has it; without credentials they allow it from their own machine alone`,
      )
      .argument('<id>', 'id of the hold, as "holds" shows it')
      .configureHelp({ showGlobalOptions: true })
      .action(async (id: string, _options, command: Command) => {
        const given = command.optsWithGlobals<GivenServers>();
        const give = (access: Access): Promise<number> => orderHold(order, id, askOptions(given, access, shell), shell);
        finish(await withAccess(given, shell, give));
      });
}

/** The id of a hold, or a mistyped order. */
function meantOfHolds(word: string): string {
  const order = closest(word, ['release', 'keep'] satisfies readonly HoldOrder[]);
  if (order !== undefined) return `unknown command '${word}' of holds\n(Did you mean ${order}?)`;
  return `holds lists all of them; of one: holds release ${word}, or holds keep ${word}`;
}

/** A message about the command line quotes its words: those that may hold a secret are replaced. */
function withoutSecrets(text: string, words: readonly string[]): string {
  const values = words.flatMap((word) => [word, word.slice(word.indexOf('=') + 1)]);
  const secrets = words.filter((word, i) => word !== '' && /^--(token|user)$/.test(words[i - 1] ?? ''));
  const told = values
    .filter(mayHoldSecret)
    .reduce((told, value) => told.replaceAll(value, () => shownUrl(value)), text);
  return secrets.reduce((told, secret) => told.replaceAll(secret, '***'), told);
}

type Loaded = NonNullable<ReturnType<typeof configOf>>;

async function withConfig(command: Command, shell: Shell, run: (loaded: Loaded) => Promise<number>): Promise<number> {
  const printOnly = command.opts<{ readonly printConfig?: boolean }>().printConfig === true;
  const loaded = configOf(command, shell, printOnly ? 'optional' : 'required');
  if (loaded === undefined) return EXIT.misused;
  if (!printOnly) return run(loaded);
  shell.out(printedConfig(loaded.given));
  return EXIT.done;
}

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('It is not a port, 0 to 65535.');
  return Number(text);
}
