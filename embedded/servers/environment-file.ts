import { parseEnv } from 'node:util';
import { ConfigError } from '../../common/config/environment';

/**
 * Returns the text of a file for Node's --env-file and loadEnvFile; a shell would read some values
 * differently. Throws a ConfigError that names every variable whose value cannot be written.
 */
export function environmentFile(variables: Record<string, string>): string {
  const lines: string[] = [];
  const problems: string[] = [];
  for (const [name, value] of Object.entries(variables)) {
    const line = /[\r\n]/.test(value) ? undefined : quoted(name, value);
    if (line === undefined) problems.push(`${name}: ${unwritable}`);
    else lines.push(`${line}\n`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return lines.join('');
}

const unwritable = 'must not contain a line break, nor all of \', " and `';

/** In the first quotes that Node reads back unchanged: within double quotes, \n is a line break. */
function quoted(name: string, value: string): string | undefined {
  return ["'", '`', '"']
    .map((quote) => `${name}=${quote}${value}${quote}`)
    .find((line) => parseEnv(line)[name] === value);
}
