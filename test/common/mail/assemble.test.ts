import { expect } from 'chai';
import MailComposer from 'nodemailer/lib/mail-composer';
import { assemble } from '../../../common/mail/assemble';

describe('a mail that is assembled in one pass', () => {
  const texts: [string, string, string][] = [
    ['plain text', 'Hello,\n\nGood bye\n', '<p>Hello</p>\n'],
    ['long lines', `${'word '.repeat(60)}\n.\n..end`, `<p>${'word '.repeat(60)}</p>`],
    ['other alphabets', 'Здравствуйте, Ærøskøbing 你好 👋 = \n', '<p>日本語=3D</p>\r\n'],
    ['no end of line', 'Hello ', '<p>Hello</p>'],
  ];
  for (const [name, text, html] of texts) {
    it(`is what nodemailer would build of ${name}`, async () => {
      const composed = new MailComposer({
        from: { name: 'Müller & Søn', address: 'intake@example.com' },
        to: [{ name: '', address: 'ann@example.com' }],
        subject: `New lead: ${text.slice(0, 20).trim()}`,
        textEncoding: 'quoted-printable',
        text,
        html,
      }).compile();
      expect(assemble(composed)).to.equal((await composed.build()).toString());
    });
  }
});
