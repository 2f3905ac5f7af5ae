import { expect } from 'chai';
import { createOverview } from '../../common/metrics/overview/overview';
import {
  internalConfig,
  startInternalApp,
  type InternalFixture,
} from '../support/apps/internal-app';
import { addLead } from '../support/apps/leads';
import { useTimeZone } from '../support/use-time-zone';
import { setTimeZone } from '../../common/config/time-zone';

const minute = 60_000;

/** A day of a zone: its first instant, and that of the next day. */
const days: [zone: string, what: string, day: string, start: string, end: string][] = [
  ['UTC', 'as any other', '2026-03-29', '2026-03-29T00:00Z', '2026-03-30T00:00Z'],
  ['Europe/Berlin', 'in winter', '2026-11-28', '2026-11-27T23:00Z', '2026-11-28T23:00Z'],
  ['Europe/Berlin', 'of 23 hours', '2026-03-29', '2026-03-28T23:00Z', '2026-03-29T22:00Z'],
  ['Europe/Berlin', 'of 25 hours', '2026-10-25', '2026-10-24T22:00Z', '2026-10-25T23:00Z'],
  ['US/Eastern', 'of 23 hours', '2026-03-08', '2026-03-08T05:00Z', '2026-03-09T04:00Z'],
  ['US/Eastern', 'of 25 hours', '2026-11-01', '2026-11-01T04:00Z', '2026-11-02T05:00Z'],
  ['America/Santiago', 'without 0:00', '2026-09-06', '2026-09-06T04:00Z', '2026-09-07T03:00Z'],
  ['America/Santiago', 'before one', '2026-09-05', '2026-09-05T04:00Z', '2026-09-06T04:00Z'],
  ['America/Santiago', 'with 23:00 twice', '2026-04-04', '2026-04-04T03:00Z', '2026-04-05T04:00Z'],
  ['Asia/Beirut', 'without 0:00', '2026-03-29', '2026-03-28T22:00Z', '2026-03-29T21:00Z'],
  ['America/Havana', 'with 0:00 twice', '2026-11-01', '2026-11-01T04:00Z', '2026-11-02T05:00Z'],
  ['Australia/Lord_Howe', 'of 24.5 hours', '2026-04-05', '2026-04-04T13:00Z', '2026-04-05T13:30Z'],
  ['Asia/Kathmandu', 'off the hour', '2026-06-01', '2026-05-31T18:15Z', '2026-06-01T18:15Z'],
];

describe('TIME_ZONE', () => {
  let fixture: InternalFixture;
  before(async () => {
    fixture = await startInternalApp();
  });
  after(async () => {
    setTimeZone('UTC');
    await fixture.close();
  });

  for (const [zone, what, day, start, end] of days) {
    describe(`${day} in ${zone}, a day ${what}`, () => {
      useTimeZone(zone);
      const [first, next] = [Date.parse(start), Date.parse(end)];
      const received = {
        'the minute before': first - minute,
        'its first instant': first,
        'its last minute': next - minute,
        'the next day': next,
      };
      const ids = new Map<string, string>();

      before(async () => {
        await fixture.owner('leads').delete();
        await fixture.owner('audit_events').delete();
        for (const [name, at] of Object.entries(received)) {
          const created_at = new Date(at);
          ids.set(name, await addLead(fixture.owner, { created_at }));
          const event = { at: created_at, actor: 'system', action: 'NOTED', details: { name } };
          await fixture.owner('audit_events').insert({ ...event, lead_id: ids.get(name) });
        }
      });

      const within = `from=${day}&to=${day}`;
      const namesIn = (text: string) =>
        [...ids].filter(([, id]) => text.includes(id)).map(([name]) => name);

      it('is the day of the filter on the page, in the CSV and in the audit', async () => {
        const expected = ['its first instant', 'its last minute'];
        const page = await fixture.get(`/leads?${within}`);
        expect(namesIn(page.text)).to.have.members(expected);
        expect(namesIn((await fixture.get(`/leads.csv?${within}`)).text)).to.have.members(expected);
        const audit = await fixture.get(`/audit?action=NOTED&${within}`, fixture.admin);
        expect(namesIn(audit.text)).to.have.members(expected);
      });

      it('is a day of the chart', async () => {
        const now = () => next + 3 * 86_400_000;
        const read = createOverview({ db: fixture.db, now });
        const { days: counted } = await read();
        const index = counted.findIndex((each) => each.day === day);
        expect(counted[index]).to.include({ submissions: 2 });
        expect(counted[index - 1]).to.include({ submissions: 1 });
        expect(counted[index + 1]).to.include({ submissions: 1 });
        expect(new Set(counted.map((each) => each.day))).to.have.property('size', 30);
      });

      it('is a day in UTC for the API', async () => {
        const { text } = await fixture.get(`/api/leads?${within}`);
        const inUtc = Object.entries(received).filter(
          ([, at]) => new Date(at).toISOString().slice(0, 10) === day,
        );
        expect(namesIn(text)).to.have.members(inUtc.map(([name]) => name));
      });
    });
  }

  describe('on a page', () => {
    useTimeZone('Europe/Berlin');

    it('is said once, and every time is in it', async () => {
      const config = { ...internalConfig, timeZone: 'Europe/Berlin' };
      const berlin = await startInternalApp({ config });
      const id = await addLead(berlin.owner, { created_at: new Date('2026-07-01T22:30:00Z') });
      for (const url of ['/leads', `/leads/${id}`]) {
        const { text } = await berlin.get(url);
        expect(text.split('Europe/Berlin')).to.have.length(2);
        expect(text).to.include('2 Jul 2026, 00:30').and.to.not.include('UTC');
      }
      const csv = await berlin.get('/leads.csv');
      expect(csv.text).to.include(',2026-07-02T00:30:00.000+02:00,');
      const api = await berlin.get(`/api/leads/${id}`);
      expect(api.text).to.include('"created_at":"2026-07-01T22:30:00.000Z"');
      await berlin.close();
    });
  });
});
