import { expect } from 'chai';
import { casesOf } from '../../../fixtures/cases';
import type { Lead } from '../../../../common/leads/lead';
import { contactUrl } from '../../../../internal-server/pages/leads/page/contact';

const lead = (overrides: Partial<Lead> = {}) =>
  ({
    id: '1a2b3c4d-0000-4000-8000-000000000000',
    firstName: 'Zoë',
    lastName: "O'Neil",
    email: 'zoe@example.com',
    ...overrides,
  }) as Lead;

describe('contactUrl', () => {
  it('has the address, a subject with firm and reference, and a greeting', () => {
    expect(contactUrl(lead(), 'Lee & Partners')).to.equal(
      'mailto:zoe@example.com?subject=Lee%20%26%20Partners%3A%20your%20request%201a2b3c4d' +
        '&body=Dear%20Zo%C3%AB%20O%27Neil%2C%0D%0A%0D%0A',
    );
  });

  const hostile = [
    '&bcc=eve@evil.example',
    'a\r\nBcc: eve@evil.example',
    '?cc=eve',
    '%0D%0ABcc:',
    '\u202egnp',
    '#x',
    ...casesOf('names').map(({ first_name: name }) => name),
  ];
  it('adds no header and no recipient, whatever the name', () => {
    for (const name of hostile) {
      const url = contactUrl(lead({ firstName: name, lastName: name }), `Firm ${name}`);
      const { pathname, search } = new URL(url);
      expect(pathname).to.equal('zoe@example.com');
      expect([...new URLSearchParams(search).keys()]).to.deep.equal(['subject', 'body']);
      const body = decodeURIComponent(url.split('&body=')[1]!);
      expect(body.split('\r\n'), name).to.have.length(3);
      expect(decodeURIComponent(/subject=([^&]*)/.exec(url)![1]!)).to.not.match(/[\p{Cc}\u202e]/u);
    }
  });

  for (const [email, path] of [
    ['a,eve@example.com', 'a%2Ceve@example.com'],
    ['a?bcc=eve@example.com', 'a%3Fbcc%3Deve@example.com'],
    ['"a@b"@example.com', '%22a%40b%22@example.com'],
    ['a+b@example.com', 'a%2Bb@example.com'],
  ] as const) {
    it(`keeps ${email} one address`, () => {
      expect(contactUrl(lead({ email }), 'Firm')).to.match(/^mailto:[^?]+\?subject/);
      expect(contactUrl(lead({ email }), 'Firm').slice(7).split('?')[0]).to.equal(path);
    });
  }
});
