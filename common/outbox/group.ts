import type { Knex } from 'knex';

/*
 * Notifications that are sent as one email: the one that gave it its id, and its members, whose
 * `gathered_into` is that id. A member that an administrator changes by itself leaves the others.
 */

/** This email and its members. */
export function withMembers(db: Knex, id: string): Knex.QueryBuilder {
  return db('outbox').whereRaw('(outbox.id = ? or outbox.gathered_into = ?)', [id, id]);
}

/** All notifications that are in one email with this one. */
export function withOthers(db: Knex, id: string): Knex.QueryBuilder {
  const first = '(select coalesce(gathered_into, id) from outbox where id = ?)';
  return db('outbox').whereRaw(`(outbox.id = ${first} or outbox.gathered_into = ${first})`, [
    id,
    id,
  ]);
}

/** For an update of `withMembers`: takes this email out of the one that it goes with. */
export function leaveGroup(db: Knex, id: string): { gathered_into: Knex.Raw } {
  return { gathered_into: db.raw('case when outbox.id <> ? then outbox.gathered_into end', [id]) };
}

/** For `select`: how many notifications are in one email with this one. */
export function countOthers(db: Knex): Knex.Raw {
  return db.raw(`(select count(*)::int from outbox as other
    where other.gathered_into = coalesce(outbox.gathered_into, outbox.id)) as "othersInEmail"`);
}
