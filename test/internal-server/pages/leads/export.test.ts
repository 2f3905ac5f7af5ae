import { expect } from 'chai';
import { once } from 'node:events';
import { get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDatabase } from '../../../../common/database/connect';
import type { ExportedLead } from '../../../../common/leads/lead';
import { createLeadRepository } from '../../../../common/leads/repository';
import {
  password,
  startInternalApp,
  type InternalFixture,
} from '../../../support/apps/internal-app';
import { addLead } from '../../../support/apps/leads';

const bom = '\ufeff';

describe('GET /leads.csv', () => {
  let fixture: InternalFixture;

  beforeEach(async () => {
    fixture = await startInternalApp();
  });

  afterEach(async () => {
    await fixture.close();
  });

  const addMany = (count: number) =>
    fixture.owner.raw(
      `insert into leads (id, first_name, last_name, email, resume_key, resume_filename,
        resume_type, resume_bytes, resume_sha256, created_at)
      select gen_random_uuid(), 'First', 'No' || i, 'a@example.com', 'resumes/' || gen_random_uuid(),
        'cv.pdf', 'pdf', 1, repeat('0', 64), timestamptz '2026-01-01' + i / 3 * interval '1 second'
      from generate_series(1, ?) as i`,
      [count],
    );

  /** As before the table refused them. */
  async function allowControlCharacters(): Promise<void> {
    await fixture.owner.raw('alter table leads drop constraint leads_unfit_characters');
  }

  async function lines(url: string): Promise<string[]> {
    const { status, text } = await fixture.get(url);
    expect(status).to.equal(200);
    return text.trimEnd().split('\r\n');
  }

  it('is a file with a byte-order mark, a header row and CRLF', async () => {
    const { id } = await fixture.addLead({ firstName: 'Zoë', lastName: 'O"Neil, Jr.' });
    const { headers, text } = await fixture.get('/leads.csv');
    expect(headers['content-type']).to.equal('text/csv; charset=utf-8');
    expect(headers['content-disposition']).to.equal('attachment; filename="leads.csv"');
    const [header, row, end] = text.split('\r\n');
    expect(header).to.match(/^\ufeffreference,first_name,last_name,email,state,received_at,/);
    expect(row).to.match(
      new RegExp(`^#${id.slice(0, 8)},Zoë,"O""Neil, Jr.",carla@example.com,PENDING,20.*,${id}$`),
    );
    expect(end).to.equal('');
  });

  it('gives times in UTC to the millisecond, however the database shows them', async () => {
    const { id } = await fixture.addLead();
    const database = new URL(fixture.database.ownerUrl).pathname.slice(1);
    await fixture.owner.raw("alter database ?? set timezone = 'Asia/Kathmandu'", [database]);
    const elsewhere = createDatabase(fixture.database.internalUrl); // where new sessions have that zone
    await fixture.owner('leads').where({ id }).update({
      state: 'REACHED_OUT',
      created_at: '2026-03-01T23:59:59.007Z',
      reached_out_at: '2026-03-02T01:00:00Z',
      reached_out_by: fixture.ann.id,
    });
    const { value } = (await createLeadRepository(elsewhere).pages({ flagged: false }).next()) as {
      value: ExportedLead[];
    };
    expect(value[0]).to.deep.include({
      createdAt: '2026-03-01T23:59:59.007Z',
      reachedOutAt: '2026-03-02T01:00:00.000Z',
    });
    await elsewhere.destroy();
    expect((await lines('/leads.csv'))[1]).to.include(
      ',REACHED_OUT,2026-03-01T23:59:59.007Z,2026-03-02T01:00:00.000Z,',
    );
  });

  it('has only the header when nothing matches', async () => {
    const [header, ...rows] = await lines('/leads.csv?q=nobody');
    expect(header?.startsWith(bom)).to.be.true;
    expect(rows).to.be.empty;
  });

  for (const start of ['=', '+', '-', '@', '\t', '\r']) {
    it(`escapes a cell that starts with ${JSON.stringify(start)}`, async () => {
      await allowControlCharacters();
      const text = `${start}1+1`;
      await addLead(fixture.owner, {
        first_name: text,
        last_name: text,
        email: `${text}@example.com`,
        resume_filename: text,
        flagged_reason: text,
      });
      const { text: csv } = await fixture.get('/leads.csv?flagged=true');
      expect(csv.split(`'${start}1+1`)).to.have.length(6);
      expect(csv).to.not.match(new RegExp(`[,\n"]\\${start}1`));
    });
  }

  it('escapes a formula that another separator would expose', async () => {
    await allowControlCharacters();
    await addLead(fixture.owner, { last_name: 'x;=1+1', resume_filename: 'a; @b\t+c\n-d.txt' });
    await addLead(fixture.owner, { first_name: 'y\n=2', last_name: 'y\r@3', email: 'y\t+4' });
    const { text } = await fixture.get('/leads.csv');
    expect(text).to.include(`,x;'=1+1,`).and.include(`,"a; '@b\t'+c\n'-d.txt",`);
    expect(text).to.include(`,"y\n'=2","y\r'@3",y\t'+4,`);
  });

  for (const reference of ['06949741', '42e06594', '1e100000', '00000000', 'deadbeef']) {
    it(`writes the reference ${reference} so that no spreadsheet reads a number`, async () => {
      await addLead(fixture.owner, { id: `${reference}-0000-4000-8000-000000000000` });
      const [, row = ''] = await lines('/leads.csv');
      expect(row.split(',')[0]).to.equal(`#${reference}`);
    });
  }

  // The search takes the # off again.
  it('has references that the search finds when they are pasted', async () => {
    const { id } = await fixture.addLead();
    await fixture.addLead();
    const cell = (await lines('/leads.csv')).find((row) => row.endsWith(id))?.split(',')[0];
    const { text } = await fixture.get(`/leads?q=${encodeURIComponent(cell!)}`);
    expect(text.match(/data-lead href="[^"?]*/g)).to.deep.equal([`data-lead href="/leads/${id}`]);
  });

  it('holds the leads that match the filter', async () => {
    await addLead(fixture.owner, { last_name: 'Müller' });
    await addLead(fixture.owner, { last_name: 'Meier', assigned_to: fixture.ann.id });
    await addLead(fixture.owner, { last_name: 'Spam', flagged_reason: 'honeypot' });
    expect(await lines('/leads.csv')).to.have.length(3);
    expect((await lines('/leads.csv?q=muller')).join())
      .to.include('Müller')
      .and.not.include('Meier');
    expect((await lines('/leads.csv?assigned=me')).join())
      .to.include('Meier,')
      .and.include('Ann,');
    expect((await lines('/leads.csv?flagged=true')).join()).to.include('Spam');
  });

  it('holds every lead exactly once', async () => {
    await addMany(3500);
    const names = (await lines('/leads.csv?limit=1')).slice(1).map((line) => line.split(',')[2]);
    expect(new Set(names).size).to.equal(3500);
    expect(names).to.have.length(3500);
  });

  it('is recorded in the audit, without the search', async () => {
    await lines('/leads.csv?state=PENDING&q=Moreno');
    const event: unknown = await fixture
      .owner('audit_events')
      .where({ action: 'LEADS_EXPORTED' })
      .first();
    expect(event).to.include({ actor: fixture.ann.id });
    expect(event).to.have.property('details').that.includes({ state: 'PENDING', searched: true });
    expect(JSON.stringify(event)).to.not.include('Moreno');
  });

  describe('on a connection', () => {
    let server: Server;

    afterEach(() => {
      server.close();
    });

    /** The answer as it comes, without a reader. */
    async function open(app: InternalFixture['app']) {
      server = app.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const auth = `${fixture.ann.email}:${password}`;
      const request = get({ host: '127.0.0.1', port, path: '/leads.csv', auth, agent: false });
      const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
      return { request, response };
    }

    it('reads no further than the client does, and stops when it goes away', async () => {
      const leads = createLeadRepository(fixture.owner);
      let read = 0;
      let end!: () => void;
      const ended = new Promise<void>((resolve) => (end = resolve));
      async function* pages(): AsyncGenerator<ExportedLead[]> {
        const { value } = (await leads.pages({ flagged: false }).next()) as {
          value: ExportedLead[];
        };
        try {
          for (; read < 1_000_000; read++) yield value;
        } finally {
          end();
        }
      }
      await fixture.addLead();
      const endless = await startInternalApp({ leads: { ...leads, pages } });
      const { request, response } = await open(endless.app);
      response.pause();
      let before = -1;
      while (read > before) {
        before = read;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      expect(read).to.be.above(0).and.below(500_000);
      request.destroy();
      await ended;
      expect(endless.logged(), 'its right').to.not.include('request failed');
      await endless.close();
    });

    it('breaks the download off when a query fails, so that it does not look complete', async () => {
      const leads = createLeadRepository(fixture.owner);
      await addMany(5000);
      async function* pages(): AsyncGenerator<ExportedLead[]> {
        yield* leads.pages({ flagged: false });
        throw Object.assign(new Error(), { code: 'ECONNRESET' });
      }
      const failing = await startInternalApp({ leads: { ...leads, pages } });
      const outcome = await open(failing.app).then(
        async ({ response }) => {
          const error: unknown = await new Promise((resolve) => {
            response.on('end', () => {
              resolve('complete');
            });
            response.on('error', resolve);
            response.resume();
          });
          return error;
        },
        (error: unknown) => error,
      );
      expect(outcome).to.be.instanceOf(Error);
      expect(failing.logged()).to.include('request failed').and.include('ECONNRESET');
      await failing.close();
    });
  });
});
