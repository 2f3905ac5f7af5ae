import { expect } from 'chai';
import { createDatabase } from '../../../common/database/connect';
import { until } from '../../support/smtp/deliveries';
import { aSubmission, send } from '../crash/submission';
import { startMailServer, type MailServerConfig } from '../outages/mail-server';
import { runAll, startSystem, type System } from './system';

const inherited: [name: string, value: string][] = [
  ['datestyle', "'German, DMY'"],
  ['intervalstyle', 'sql_standard'],
  ['timezone', "'Asia/Kolkata'"],
  ['bytea_output', 'escape'],
  ['extra_float_digits', '-10'],
  ['quote_all_identifiers', 'on'],
  ['search_path', 'nowhere'],
  ['default_transaction_isolation', 'serializable'],
  ['default_transaction_deferrable', 'on'],
];

describe('both servers on a database with settings of its own', () => {
  let mail: MailServerConfig;
  let system: System | undefined;

  before(async function () {
    this.timeout(60_000);
    mail = await startMailServer();
    system = await startSystem({
      async prepare({ superuserUrl }) {
        const statements = inherited.flatMap(([name, value]) => [
          `alter database lead_template set ${name} = ${value}`,
          `alter role internal_server in database lead_template set ${name} = ${value}`,
        ]);
        await runAll(superuserUrl, statements);
      },
      internalEnv: {
        SMTP_URL: mail.urlFor('internal'),
        MAIL_FROM: 'intake@lee.example',
        ATTORNEY_EMAILS: 'ann@lee.example',
      },
    });
  });

  after(async () => {
    await system?.stop();
    await mail.smtp.stop();
  });

  it('shows a new lead in the worklist, the outbox and the API, and sends each email once', async () => {
    const submission = aSubmission(0);
    expect(await send(system!.publicPort, submission)).to.equal(201);
    expect(await send(system!.publicPort, submission)).to.equal(201);
    const owner = createDatabase(system!.postgres.ownerUrl);
    const states = () => owner<{ state: string }>('outbox').pluck('state');
    await until(async () => (await states()).join() === 'SENT,SENT', 10_000);
    await owner.destroy();
    expect(mail.received).to.have.length(2);

    for (const path of ['/leads', '/outbox', `/leads/${submission.id}`, '/audit']) {
      expect((await system!.asAttorney(path)).status, path).to.equal(200);
    }
    const answer = await system!.asAttorney(`/api/leads/${submission.id}`);
    const lead = (await answer.json()) as { created_at: string };
    expect(Date.now() - Date.parse(lead.created_at)).to.be.within(0, 60_000);
  });
});
