import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { encodeCursor } from '../../../internal-server/http/cursor';
import { readLeadQuery } from '../../../internal-server/leads/query';
import { readOutboxQuery } from '../../../internal-server/outbox/query';
import { readAuditQuery } from '../../../internal-server/pages/audit/query';

const id = randomUUID();
const at = '2026-01-01T00:00:00.000Z';
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const lists = {
  leads: { read: readLeadQuery, sort: 'state', values: ['PENDING', at, id] },
  outbox: { read: readOutboxQuery, sort: 'outbox', values: [at, id] },
  audit: { read: readAuditQuery, sort: 'audit', values: [at, '12'] },
};

describe('cursorOf', () => {
  for (const [name, { read, sort, values }] of Object.entries(lists)) {
    it(`reads the cursors of the ${name} as they were encoded`, () => {
      const cursor = { sort, values };
      expect(read({ after: encodeCursor(cursor) }).after).to.deep.equal(cursor);
      expect(read({ before: encodeCursor(cursor) }).before).to.deep.equal(cursor);
    });

    const wrong: [string, string][] = [
      ['no base64url', 'x y'],
      ['no JSON', Buffer.from('not json').toString('base64url')],
      ['no list', encoded({ sort, values })],
      ['an empty list', encoded([])],
      ['a missing value', encoded([sort, ...values.slice(1)])],
      ['a value too many', encoded([sort, ...values, 'x'])],
      ['a value that is no text', encoded([sort, ...values.slice(1), 1])],
      ['no instant', encoded([sort, ...values.map((value) => (value === at ? 'now' : value))])],
      ['year 0', encoded([sort, ...values.map((value) => value.replace('2026', '0000'))])],
      ['a date that is none', encoded([sort, ...values.map((v) => v.replace('01-01', '02-30'))])],
      ['no id', encoded([sort, ...values.slice(0, -1), "x'; drop table leads"])],
      ['an id beyond bigint', encoded([sort, ...values.slice(0, -1), '9223372036854775808'])],
      ['a sort that is none', encoded(['email', ...values])],
      ['a name that every object has', encoded(['constructor', ...values])],
      ['more than 2,000 characters', encoded([sort, ...values, 'x'.repeat(2000)])],
    ];
    const others = Object.entries(lists).filter(([other]) => other !== name);
    for (const [other, of] of others) wrong.push([`one of the ${other}`, encodeCursor(of)]);

    for (const [what, text] of wrong) {
      it(`refuses with 400 for the ${name}: ${what}`, () => {
        expect(() => read({ after: text }))
          .to.throw()
          .with.property('status', 400);
      });
    }
  }

  it('refuses both directions at once with 400', () => {
    const text = encodeCursor(lists.leads);
    const both = () => readLeadQuery({ after: text, before: text });
    expect(both).to.throw().with.property('status', 400);
  });
});

describe('readLeadQuery', () => {
  const received = encodeCursor({ sort: 'received', values: [at, id] });
  const byTime = encodeCursor({ sort: 'created_at', values: [at, id] });

  it('takes the cursor of a wide search with any sort', () => {
    for (const sort of ['state', 'created_at', 'last_name']) {
      expect(readLeadQuery({ q: 'miller', sort, after: received }).view.sort).to.equal(sort);
    }
  });

  for (const [what, query] of [
    ['a cursor made for another sort', { sort: 'last_name', after: byTime }],
    ['one made for another sort, searching', { q: 'miller', sort: 'last_name', after: byTime }],
    ['the cursor of a wide search without a search', { sort: 'created_at', after: received }],
  ] as const) {
    it(`refuses ${what} with 400`, () => {
      expect(() => readLeadQuery(query))
        .to.throw(/another sort order/)
        .with.property('status', 400);
    });
  }
});
