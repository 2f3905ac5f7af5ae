import { parseArgs, type ParseArgsConfig } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true }>
>;

export interface Command<O extends Options> {
  usage: string;
  options?: O;
  /** Whether it takes arguments that are no options. */
  allowPositionals?: boolean;
  /** The exit code when it fails for another reason than its arguments. */
  failureCode?: number;
}

/** The arguments make no sense: the reason is printed, and how the command is used. */
export class UsageError extends Error {}

/**
 * Runs a command with its arguments and sets the exit code to the number that `main` returns, or 0.
 * `--help` prints the usage; arguments that the command does not know exit with 1.
 */
export async function runCommand<O extends Options>(
  { usage, options, allowPositionals = false, failureCode = 1 }: Command<O>,
  main: (given: Parsed<O>) => Promise<unknown>,
): Promise<void> {
  try {
    const given = parse({ ...options, help: { type: 'boolean' } } as const, allowPositionals);
    if (given.values.help) console.log(usage);
    else process.exitCode = Number((await main(given as unknown as Parsed<O>)) ?? 0);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    console.error(error instanceof Error ? error.message : error);
    if (isUsage) console.error(`\n${usage}`);
    process.exitCode = isUsage ? 1 : failureCode;
  }
}

function parse<O extends Options>(options: O, allowPositionals: boolean) {
  try {
    return parseArgs({ options, allowPositionals, strict: true });
  } catch (error) {
    const [reason = ''] = (error as Error).message.split('. '); // Node's advice on `--` misleads
    throw new UsageError(`${reason.replace(/\.$/, '')}.`);
  }
}
