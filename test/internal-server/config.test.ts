import { expect } from 'chai';
import { ConfigError } from '../../common/config/environment';
import { readSmtpUrl } from '../../common/mail/smtp-server';
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
      ackMaxPerHour: 200,
      notificationMaxPerHour: 60,
      overdueAfterHours: 24,
      timeZone: 'UTC',
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

  for (const password of [
    'p#s',
    'p/s',
    'p?s',
    'p@s',
    'p%s',
    'p[s',
    'p s',
    '25/s',
    '25#s',
    '25?s',
  ]) {
    it(`refuses the raw character in an SMTP_URL with the password ${password}`, () => {
      const read = () =>
        readInternalConfig({ ...needed, ...mail, SMTP_URL: `smtp://u:${password}@m` });
      expect(read)
        .to.throw(ConfigError, /SMTP_URL: must percent-encode .* # as %23, \/ as %2F, \? as %3F/)
        .with.property('message')
        .that.does.not.include(password);
    });
  }

  const smtpUrls: [what: string, url: string, expected: object][] = [
    ['no login', 'smtp://mail', { host: 'mail', auth: undefined }],
    ['a port', 'smtps://u:p@mail:465', { host: 'mail', port: 465, secure: true }],
    ['an IPv6 address', 'smtp://u:p@[::1]:25', { host: '::1', port: 25 }],
    ['a line break after it', 'smtp://u:p@mail\n', { host: 'mail' }],
    [
      'an address as user',
      'smtp://ann%40firm.example:p@mail',
      { auth: { user: 'ann@firm.example', pass: 'p' } },
    ],
    ['what SES hands out', 'smtp://u:a%2Fb+c=@mail', { auth: { user: 'u', pass: 'a/b+c=' } }],
    ['a colon in the password', 'smtp://u:a:b@mail', { auth: { user: 'u', pass: 'a:b' } }],
    ['options', 'smtp://u:p@mail?requireTLS=true', { requireTLS: true }],
  ];
  for (const [what, url, expected] of smtpUrls) {
    it(`reads an SMTP_URL with ${what}`, () => {
      const { mail: read } = readInternalConfig({ ...needed, ...mail, SMTP_URL: url });
      const { connection, auth } = readSmtpUrl(read!.smtpUrl);
      expect({ ...connection, auth }).to.deep.include(expected);
    });
  }

  it('refuses an SMTP_URL without a host, which would mean this machine', () => {
    for (const url of [
      'smtp:///',
      'smtp://?requireTLS=true',
      'smtp:mail',
      'http://mail',
      'smtp://h:x',
    ]) {
      const read = () => readInternalConfig({ ...needed, ...mail, SMTP_URL: url });
      expect(read).to.throw(ConfigError, /SMTP_URL: must (name a host|be a URL)/);
    }
  });

  for (const [given, shown] of [
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['US/Eastern', 'US/Eastern'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['', 'UTC'],
  ] as const) {
    it(`takes the TIME_ZONE "${given}"`, () => {
      expect(readInternalConfig({ ...needed, TIME_ZONE: given }).timeZone).to.equal(shown);
    });
  }

  for (const zone of ['Berlin', 'Europe/Atlantis', '+01:00', 'UTC+1', 'local', ':/etc/localtime']) {
    it(`refuses the TIME_ZONE "${zone}", and says what it takes`, () => {
      const read = () => readInternalConfig({ ...needed, TIME_ZONE: zone });
      expect(read).to.throw(ConfigError, 'TIME_ZONE: must be the name of a time zone, as Europe/');
    });
  }

  it('refuses an address that would turn into several', () => {
    const read = () => readInternalConfig({ ...needed, ...mail, MAIL_FROM: 'a@b, <c@d>' });
    expect(read).to.throw(ConfigError, 'MAIL_FROM: must be an email address');
  });
});
