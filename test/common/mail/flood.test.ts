import { expect } from 'chai';
import { createDatabase } from '../../../common/database/connect';
import { readInternalConfig } from '../../../internal-server/config';
import { mailServer, startDeliveries, until } from '../../support/smtp/deliveries';

const needed = { DATABASE_URL: 'postgres://u:p@127.0.0.1/x', RESUME_DIR: '/srv/resumes' };
const leads = 2000;

describe('createMailWorker, a flood by the public login', () => {
  it('sends 60 notifications and one with all others, and 200 acknowledgements', async () => {
    const fixture = await startDeliveries();
    const facing = createDatabase(fixture.publicUrl);
    try {
      await facing.raw(
        `insert into leads (id, first_name, last_name, email, resume_key, resume_filename,
          resume_type, resume_bytes, resume_sha256)
        select id, 'Ann', 'Lee', id || '@example.com', 'resumes/' || id, 'a.pdf', 'pdf', 1,
          repeat('0', 64)
        from (select gen_random_uuid() as id from generate_series(1, ?::int)) as ids`,
        [leads],
      );
      const { ackMaxPerHour, notificationMaxPerHour } = readInternalConfig(needed);
      for (let i = 0; i < 2; i++) fixture.deliver({ ackMaxPerHour, notificationMaxPerHour });
      const unsent = fixture.owner('outbox').whereNot({ state: 'SENT' });
      await until(async () => (await unsent.clone()).length === leads - 200, 60_000);

      const { emails } = fixture.smtp;
      const toAttorneys = emails.filter(({ recipients }) => recipients.length > 1);
      expect(toAttorneys).to.have.length(61);
      const gathered = toAttorneys.filter(({ parsed }) => parsed.subject === '1940 new leads');
      expect(gathered).to.have.length(1);
      expect(gathered[0]?.recipients).to.deep.equal(mailServer.attorneyEmails);
      expect(emails).to.have.length(261);
      const waiting = await unsent.clone().distinct('kind', 'state', 'attempts');
      expect(waiting).to.deep.equal([{ kind: 'ACKNOWLEDGEMENT', state: 'QUEUED', attempts: 0 }]);
    } finally {
      await facing.destroy();
      await fixture.stopWorkers();
      await fixture.close();
    }
  });
});
