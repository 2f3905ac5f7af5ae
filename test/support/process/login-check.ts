import { Client } from 'pg';
import { createDatabase } from '../../../common/database/connect';
import { readAdvice } from '../../../common/database/privileges/advice';
import {
  checkPrivileges,
  PrivilegesError,
  type AllowedPrivileges,
} from '../../../common/database/privileges/check';
import type { PrivilegeProblem } from '../../../common/database/privileges/problems';

/** What a server finds at its start with the login of `url`. */
export async function problemsOf(
  url: string,
  allowed: AllowedPrivileges,
): Promise<PrivilegeProblem[]> {
  const db = createDatabase(url);
  try {
    await checkPrivileges(db, allowed);
    return [];
  } catch (error) {
    if (error instanceof PrivilegesError) return error.problems;
    throw error;
  } finally {
    await db.destroy();
  }
}

export async function adviceFor(url: string, group: AllowedPrivileges['group']): Promise<string[]> {
  const db = createDatabase(url);
  try {
    return await readAdvice(db, group);
  } finally {
    await db.destroy();
  }
}

/** Runs each statement as it is printed, in a session that looks for nothing in the schema public. */
export async function runAsPrinted(superuserUrl: string, statements: string[]): Promise<void> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query("set search_path = ''");
    for (const statement of statements) {
      await client.query(statement).catch((cause: unknown) => {
        throw new Error(`${statement} ${String(cause)}`, { cause });
      });
    }
  } finally {
    await client.end();
  }
}
