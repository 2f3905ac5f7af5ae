import type { Knex } from 'knex';
import { lockBriefly } from './lock-briefly';

/** Each statement on its own, so that the check of the existing rows holds up no submission. */
export const config = { transaction: false };

export async function up(knex: Knex): Promise<void> {
  await allowTypes(knex, ['pdf', 'doc', 'docx', 'odt', 'rtf', 'txt']);
  await knex.raw('alter table leads validate constraint leads_resume_type_check');
  await knex.raw(`
    update leads set resume_type = 'odt'
    where resume_type = 'docx' and lower(resume_filename) like '%.odt'`);
}

/**
 * An earlier version serves these files under their own names, so it needs only a type that it
 * knows. `up` finds them again: no other file of type DOCX has a name that ends in .odt.
 */
export async function down(knex: Knex): Promise<void> {
  await knex.raw("update leads set resume_type = 'docx' where resume_type = 'odt'");
  await allowTypes(knex, ['pdf', 'doc', 'docx', 'rtf', 'txt']);
  await knex.raw('alter table leads validate constraint leads_resume_type_check');
}

/** Replaces the constraint in one statement; it binds new rows only. */
async function allowTypes(knex: Knex, types: string[]): Promise<void> {
  await lockBriefly(
    knex,
    `alter table leads drop constraint if exists leads_resume_type_check,
      add constraint leads_resume_type_check
        check (resume_type in (${types.map((type) => `'${type}'`).join(', ')})) not valid`,
  );
}
