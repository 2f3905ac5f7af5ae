import { createAccountRepository } from '../../common/accounts/repository';
import { createDatabase } from '../../common/database/connect';
import { hashPassword } from '../../common/accounts/passwords';

export interface Attorney {
  id: string;
  /** Sign in with each request. */
  headers: { Authorization: string };
}

const email = 'attorney@example.com';
const password = 'benchmark password';

export async function createAttorney(ownerUrl: string): Promise<Attorney> {
  const db = createDatabase(ownerUrl);
  try {
    const passwordHash = await hashPassword(password);
    const accounts = createAccountRepository(db);
    const account = await accounts.create(
      { email, name: 'Ann Lee', role: 'ADMIN', passwordHash },
      'system',
    );
    if (!account) throw new Error('There is an account already');
    const credentials = Buffer.from(`${email}:${password}`).toString('base64');
    return { id: account.id, headers: { Authorization: `Basic ${credentials}` } };
  } finally {
    await db.destroy();
  }
}
