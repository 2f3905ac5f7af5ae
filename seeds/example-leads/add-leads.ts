import type { Knex } from 'knex';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NewLead } from '../../common/leads/lead';
import { createLeadIntake } from '../../common/leads/add-lead';
import type { ResumeIntake } from '../../common/resumes/intake';

const people = `
Amara Okafor|Paralegal, Lagos and London
Benjamin Hartley|Litigation associate
Chloé Dubois|Juriste en droit social
Daniel Kim|Patent agent, mechanical engineering
Elena Petrova|Compliance officer
Farid Rahimi|Immigration caseworker
Grace Mwangi|Contracts manager
Hiroshi Tanaka|In-house counsel, electronics
Ingrid Sørensen|Mediator
Javier Morales Ruiz|Tax adviser
Kavita Raghunathan|Data protection officer
Liam O'Connor|Trainee solicitor
Mei-Ling Chen|Legal translator
Nadia Haddad|Employment law clerk
Olivia Bennett|Court reporter
Paweł Wiśniewski|Real estate attorney
Quentin Lefèvre|Notary's assistant
Rosa Delgado|Public defender
Samuel Adeyemi|Legal operations analyst
Tove Lindqvist|Environmental counsel
Umut Yıldız|Shipping and trade lawyer
Valentina Conti|Family law attorney
Walter Schäfer|Insurance claims examiner
Xiomara Reyes|Victim advocate
Yusuf Demir|Bankruptcy paralegal
Zofia Nowak|Antitrust economist
Andrew Castellanos|Probate specialist
Bronwyn Pugh|Medical negligence nurse consultant
Callum Fraser|Construction disputes surveyor
Devika Nair|Securities associate
Emeka Nwosu|Legal aid lawyer
Freya Johansson|E-discovery engineer
Gustavo Pereira|Labour union counsel
Hannah Weiss|Law librarian
Isabel Navarro|Arbitration case manager
Jonah Whitfield|Recent graduate, moot court finalist
`
  .trim()
  .split('\n')
  .map((line) => line.split('|'));

const pending = 8; // the newest; attorneys reached out to the others within a day

/** How long ago the lead of this number was sent: over four weeks, and more of late. */
const hoursAgo = (i: number) => 2 * (i + 1) + i ** 2 / 2;

/** Adds the example leads with a small resume each, and returns how many. `db` is the owner's. */
export async function addExampleLeads(db: Knex, resumes: ResumeIntake): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lead-intake-seed-'));
  try {
    const attorney = await exampleAttorney(db);
    for (const [i, [name = '', work = '']] of people.entries()) {
      const lead = await storeResume(resumes, folder, name, work);
      // In one transaction: the mail worker would send an email that it sees waiting.
      await db.transaction(async (trx) => {
        await createLeadIntake(trx).add(lead);
        await age(trx, lead.id, i, i < pending ? undefined : attorney);
      });
    }
    return people.length;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function storeResume(
  resumes: ResumeIntake,
  folder: string,
  name: string,
  work: string,
): Promise<NewLead> {
  const [firstName = '', ...rest] = name.split(' ');
  const address = name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[łøı]/g, (letter) => ({ ł: 'l', ø: 'o', ı: 'i' })[letter] ?? '')
    .replace(/[^a-z -]/g, '')
    .replaceAll(' ', '.');
  const text = Buffer.from(`${name}\n${work}\n\nReferences on request.\n`);
  const key = `resumes/${randomUUID()}`;
  const sha256 = createHash('sha256').update(text).digest('hex');
  const file = path.join(folder, randomUUID());
  const handle = await open(file, 'wx+', 0o640);
  try {
    await handle.writeFile(text);
    await resumes.create(key, {
      path: file,
      handle,
      bytes: text.length,
      sha256,
      isTaken: false,
    });
  } finally {
    await handle.close();
  }
  return {
    id: randomUUID(),
    firstName,
    lastName: rest.join(' '),
    email: `${address}@example.com`,
    flaggedReason: null,
    resume: { key, filename: `${name}.txt`, type: 'txt', bytes: text.length, sha256 },
  };
}

/** Moves the lead into the past, with emails that say that they were not sent. */
async function age(db: Knex, id: string, i: number, attorney?: string): Promise<void> {
  const at = new Date(Date.now() - hoursAgo(i) * 3_600_000);
  const outreach = attorney && {
    state: 'REACHED_OUT',
    reached_out_at: new Date(at.getTime() + (3 + (i % 5) * 4) * 3_600_000),
    reached_out_by: attorney,
  };
  await db('leads')
    .where({ id })
    .update({ created_at: at, ...outreach });
  await db('outbox')
    .where({ lead_id: id })
    .update({ state: 'SKIPPED', last_error: 'EXAMPLE', created_at: at });
}

/** Nobody can sign in with this account: its password hash is invalid. */
async function exampleAttorney(db: Knex): Promise<string> {
  const account = {
    email: 'ann.lee@example.com',
    name: 'Ann Lee',
    role: 'ATTORNEY',
    password_hash: 'none',
    is_active: false,
  };
  await db('accounts').insert(account).onConflict().ignore();
  const row = await db('accounts').where({ email: account.email }).first<{ id: string }>('id');
  return row.id;
}
