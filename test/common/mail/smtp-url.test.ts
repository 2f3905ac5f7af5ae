import { expect } from 'chai';
import { readSmtpUrl } from '../../../common/mail/smtp-server';

describe('readSmtpUrl', () => {
  const urls: [string, string, object][] = [
    ['a host', 'smtp://mail', { connection: { host: 'mail', port: 587, secure: false } }],
    [
      'a port',
      'smtp://mail.example:2525',
      { connection: { host: 'mail.example', port: 2525, secure: false } },
    ],
    [
      'an IPv6 address',
      'smtp://[::1]:25',
      { connection: { host: '::1', port: 25, secure: false } },
    ],
    ['TLS', 'smtps://mail', { connection: { host: 'mail', port: 465, secure: true } }],
    [
      'percent-encoded credentials',
      'smtp://in%40take:p%3A%2F%25ss@mail',
      {
        connection: { host: 'mail', port: 587, secure: false },
        auth: { user: 'in@take', pass: 'p:/%ss' },
      },
    ],
    [
      'options of the connection and of TLS',
      'smtp://mail/?requireTLS=true&name=desk.example&tls.rejectUnauthorized=false&tls.servername=m',
      {
        connection: {
          host: 'mail',
          port: 587,
          secure: false,
          requireTLS: true,
          name: 'desk.example',
          tls: { rejectUnauthorized: false, servername: 'm' },
        },
      },
    ],
  ];
  for (const [name, url, expected] of urls) {
    it(`reads ${name}`, () => {
      expect(readSmtpUrl(url)).to.deep.equal({ auth: undefined, ...expected });
    });
  }
});
