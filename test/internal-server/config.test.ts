import { expect } from 'chai';
import { ConfigError } from '../../common/config/environment';
import { readInternalConfig } from '../../internal-server/config';

const needed = { DATABASE_URL: 'postgres://u:p@127.0.0.1/x', RESUME_DIR: '/srv/resumes' };
const mail = { SMTP_URL: 'smtp://mail', MAIL_FROM: 'a@firm.example', ATTORNEY_EMAILS: 'b@c, d@e' };

describe('readInternalConfig', () => {
  it('returns the documented defaults, frozen', () => {
    expect(readInternalConfig(needed)).to.be.frozen;
    expect(readInternalConfig(needed)).to.deep.include({
      host: '127.0.0.1',
      port: 3001,
      baseUrl: 'http://localhost:3001',
      mail: undefined,
      notificationDetail: 'full',
      retryMinSeconds: 30,
      retryMaxSeconds: 21_600,
      giveUpHours: 72,
      ackMaxPerHour: undefined,
      overdueAfterHours: 24,
    });
  });

  it('reads the addresses of the attorneys, and the base URL without its slash', () => {
    const config = readInternalConfig({ ...needed, ...mail, INTERNAL_BASE_URL: 'https://x.y/' });
    expect(config.mail?.attorneyEmails).to.deep.equal(['b@c', 'd@e']);
    expect(config.baseUrl).to.equal('https://x.y');
  });

  it('notifies each attorney once, however often the address is given', () => {
    const config = readInternalConfig({ ...needed, ...mail, ATTORNEY_EMAILS: 'b@c, d@e,B@C' });
    expect(config.mail?.attorneyEmails).to.have.length(2);
  });

  for (const name of ['MAIL_FROM', 'ATTORNEY_EMAILS']) {
    it(`requires ${name} when there is a mail server`, () => {
      const read = () => readInternalConfig({ ...needed, ...mail, [name]: '' });
      expect(read).to.throw(ConfigError, `${name}: is missing`);
    });
  }

  it('refuses an address that would turn into several', () => {
    const read = () => readInternalConfig({ ...needed, ...mail, MAIL_FROM: 'a@b, <c@d>' });
    expect(read).to.throw(ConfigError, 'MAIL_FROM: must be an email address');
  });
});
