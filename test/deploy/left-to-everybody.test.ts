import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loginUrl, provision, withClient } from '../../embedded/provision';
import { describeOnEachPostgres } from '../support/process/each-postgres';

const passwords = { owner: 'owner', publicServer: 'public', internalServer: 'internal' };

describeOnEachPostgres('what every login may call', (postgres) => {
  before(() => provision(postgres.superuserUrl, { database: 'lead_intake', passwords }));
  async function namesOf(sql: string): Promise<string[]> {
    let names: string[] = [];
    await withClient(loginUrl(postgres.superuserUrl, 'lead_intake'), async (client) => {
      const { rows } = await client.query<{ name: string }>(sql);
      names = rows.map(({ name }) => name);
    });
    return names;
  }

  it('is what docs/security.md gives a reason for', async () => {
    const left = await namesOf(`select distinct proname as name from pg_proc
      where provolatile = 'v' and has_function_privilege('public', oid, 'EXECUTE')
        and pronamespace = 'pg_catalog'::regnamespace order by 1`);
    const patterns = documented();
    expect(left).to.not.be.empty;
    expect(left.filter((name) => !patterns.some((pattern) => pattern.test(name)))).to.deep.equal(
      [],
    );
  });

  it('does not include a language', async () => {
    const left = await namesOf(`select lanname as name from pg_language
      where lanpltrusted and has_language_privilege('public', oid, 'USAGE')`);
    expect(left).to.deep.equal(['sql']); // in which CREATE FUNCTION alone, and not DO, is possible
  });
});

/** The functions of the list in docs/security.md; a star stands for any characters. */
function documented(): RegExp[] {
  const text = readFileSync(path.join(__dirname, '../../docs/security.md'), 'utf8');
  const [, rest = ''] = text.split('| functions | why they stay |');
  const [list = ''] = rest.split('\n\n');
  const cells = list.split('\n').map((line) => line.split(' | ')[0] ?? '');
  return cells.flatMap((cell) =>
    [...cell.matchAll(/`([\w*]+)`/g)].map(
      ([, name = '']) => new RegExp(`^${name.replaceAll('*', '.*')}$`),
    ),
  );
}
