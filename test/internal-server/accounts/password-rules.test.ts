import { expect } from 'chai';
import { passwordProblem } from '../../../internal-server/accounts/password-rules';

const ann = { email: 'ann.lee@thornbury.example', name: 'Ann Lee' };
const jorg = { email: 'j.mueller@kanzlei.example', name: 'Jörg Müller' };
const zoe = { email: 'zoe@firm.example', name: 'Zoë Ångström' };
const wang = { email: 'wang@firm.example', name: '王芳' };
const olga = { email: 'olga@firm.example', name: 'Ольга Петрова' };
const bo = { email: 'quincewater@x.de', name: 'Bo Li' };
const nils = { email: 'nils@firm.example', name: 'Nils Håkansson' };
const anna = { email: 'a@firm.example', name: 'Ann Annabelsonberg' };

const config = {
  firm: { name: 'Whitfield & Søndergaard LLP' },
  mail: { from: 'intake@mail.pemberwick.example' },
  attorneyEmails: ['carla@ostrander.example'],
};

const tooShort = /^Use at least 12 characters\.$/;
const tooLong = /^Use at most 200 characters\.$/;
const control = /control characters/;
const common = /among the passwords that are tried first/;
const repetitive = /repeats the same characters/;
const personal = /at least 8 letters that have nothing to do with them/;

const refused = [
  ['11 characters', 'tulip-canoe', tooShort],
  ['nothing', '', tooShort],
  ['11 characters of two code units each', '😀😁😂😃😄😅😆😇😈😉😊', tooShort],
  ['accents that are characters of their own', 'e\u0301'.repeat(6), tooShort],
  ['characters that show nothing', `canoe${'\u200b'.repeat(20)}`, tooShort],
  ['201 characters', 'tulip'.repeat(40) + '!', tooLong],
  ['a tab', 'tulip\tcanoe orbit', control],
  ['a line break', 'tulip canoe orbit\n', control],
  ['a NUL', 'tulip canoe orbit\0', control],
  ['a C1 control character', 'tulip canoe \u0085 orbit', control],
  ['the issue’s own example', 'Password1234!', common],
  ['digits at both ends', '2026Password2026', common],
  ['punctuation at both ends', '***sunshine***', common],
  ['spaces at the ends', '    dragon      ', common],
  ['digits alone, as typed', '123456789012', common],
  ['a row of the keyboard and digits, as typed', 'qwertyuiop12', common],
  ['a common one in capitals', 'ADMINISTRATOR', common],
  ['a common one with a digit within', '!!trustno1!!!!', common],
  ['a common one in parts', 'let-me-in-2026', common],
  ['a common one spelled apart', 'p a s s w o r d', common],
  ['a common one with signs for letters', 'P@$$w0rd2026', common],
  ['a common one in full width', 'ｐａｓｓｗｏｒｄ１２３４', common],
  ['a common one with accents', 'pässwörd2026', common],
  ['a common one with what shows nothing', 'pass\u200bword\u00ad1234', common],
  ['a common one with a letter that shows nothing', 'pass\u3164word1234', common],
  ['a common one in mathematical letters', '𝐩𝐚𝐬𝐬𝐰𝐨𝐫𝐝1234', common],
  ['a common one twice', 'passwordpassword', common],
  ['a common one twice, in other case', 'PasswordPASSWORD', common],
  ['a common one twice, apart', 'password password', common],
  ['a common one with digits twice', 'Sunshine1Sunshine1!', common],
  ['a common one with digits after each half', 'Password1Password2', common],
  ['a common one with digits between', 'qwerty2026qwerty', common],
  ['a common one backwards, with a digit for l', '2026-emoc1ew', common],
  ['a common one with a sign for l', 'We|come2026!!', common],
  ['a common one with circles around its letters', 'p⃝a⃝s⃝s⃝w⃝o⃝r⃝d⃝', common],
  ['signs as their keys are', '!@#$%^&*()_+', common],
  ['down the keypad', '147258369147', common],
  ['a row with each key twice', '11223344556677', common],
  ['the alphabet', 'abcdefghijkl', common],
  ['the alphabet backwards', 'zyxwvutsrqpo', common],
  ['digits that go round', '567890123456', common],
  ['digits downwards', '987654321098', common],
  ['a row of a German keyboard', 'qwertzuiopas', common],
  ['a row of a Russian keyboard', 'йцукенгшщзхъ', common],
  ['one letter', 'aaaaaaaaaaaa', repetitive],
  ['three letters again and again', 'abcabcabcabc', repetitive],
  ['three letters again and again, and more', 'xkvxkvxkvxkv2026!', repetitive],
  ['a rare word twice', 'quillonquillon', repetitive],
  ['a rare word twice, apart', 'quillon quillon!', repetitive],
  ['one character of Chinese', '龍'.repeat(12), repetitive],
  ['one sign', '!!!!!!!!!!!!', repetitive],
  ['three letters, each several times', 'aaaabbbbcccc', repetitive],
  ['four characters', '101101202303', repetitive],
  ['the name', 'AnnLee123456', personal],
  ['the name with signs', 'Ann_Lee_2026!', personal],
  ['the name reversed in order', 'lee_and_ann-26', personal],
  ['the name with signs for letters', '@nnL33-2026!!', personal],
  ['the address', ann.email, personal],
  ['the domain of the address', 'thornbury-2026', personal],
  ['the firm', 'Whitfield2026', personal],
  ['the firm backwards', 'dleiftihw-2026', personal],
  ['the firm with a digit for l', 'Whitfie1d-2026', personal],
  ['this program', 'Lead-Intake-26', personal],
  ['the firm, without its accents', 'sondergaard-26', personal],
  ['the domain of MAIL_FROM', 'pemberwick.example', personal],
  ['the domain of ATTORNEY_EMAILS', 'ostrander-2026', personal],
  ['the name and a common one', 'AnnPassword!', personal],
  ['the name and 7 letters of their own', 'ann-zqxjkvw-2026', personal],
  ['the name and a short word again and again', 'ann-zqxzqxzqx', personal],
] as const;

const refusedOf = [
  ['umlauts of the name', jorg, 'JörgMüller2026'],
  ['umlauts of the name as base letters', jorg, 'jorgmuller2026'],
  ['umlauts of the name as two letters', jorg, 'joerg-mueller!'],
  ['umlauts of the name as they are decomposed', jorg, 'Jo\u0308rgMu\u0308ller2026'],
  ['accents of the name left out', zoe, 'zoe-angstrom-1'],
  ['a ring written as two letters', nils, 'haakansson-26'],
  ['a name that begins with another one', anna, 'annabelsonberg'],
  ['the address before the @', bo, 'quincewater1'],
  ['a Chinese name', wang, '王芳1234567890'],
  ['a Cyrillic name', olga, 'ОльгаПетрова1'],
  ['a name of short words', bo, 'BoLi12345678'],
] as const;

const accepted = [
  ['a passphrase with the name within a word', 'annoyed-giraffe-tunnel'],
  ['exactly 12 characters', 'tulip-canoe!'],
  ['exactly 200 characters', `${'tulip canoe orbit '.repeat(11)}xx`],
  ['words with spaces', 'correct horse battery'],
  ['spaces at the ends', ' tulip canoe orbit '],
  ['random characters', 'k8#xq2!Qz9$w'],
  ['random digits', '839201746552'],
  ['random characters with a name that 1 for l would make', '9e133adb0f92c7'],
  ['random characters with a short name backwards', 'k7eel4#xq2!9$z'],
  ['random characters with few letters, which are common', '48!2a9#7$b10(c'],
  ['random characters with few letters', '48!29#7$1b0(x2'],
  ['random characters with a pair of letters twice', '48!29#xqxq7$10(52'],
  ['the name and 8 letters of their own', 'ann-zqxjkvwp'],
  ['the firm within a passphrase', 'whitfield purple anchor'],
  ['umlauts', 'Grüße aus Köln am Rhein'],
  ['12 characters of Chinese', '春眠不觉晓处处闻啼鸟夜来'],
  ['a passphrase in Hindi', 'नीला हाथी चाँद पर'],
  ['a passphrase in Arabic', 'قمر أزرق فوق البحر'],
  ['emoji', '🐘🚲🌵🍋🎻🧊🪁🦉🍩🧭🏔🎈'],
  ['a long text twice', 'tulip-canoe-orbit-tulip-canoe-orbit-'],
] as const;

describe('passwordProblem', () => {
  for (const [name, password, reason] of refused) {
    it(`refuses ${name}`, async () => {
      expect(await passwordProblem(password, ann, config)).to.match(reason);
    });
  }

  for (const [name, owner, password] of refusedOf) {
    it(`refuses ${name}`, async () => {
      expect(await passwordProblem(password, owner, config)).to.match(personal);
      expect(await passwordProblem(password, ann, config), 'for somebody else').to.not.match(
        /nothing to do with them/,
      );
    });
  }

  for (const [name, password] of accepted) {
    it(`accepts ${name}`, async () => {
      for (const owner of [ann, jorg, zoe, wang, olga, bo]) {
        expect(await passwordProblem(password, owner, config), owner.name).to.equal(undefined);
      }
    });
  }

  it('knows no firm where none is configured', async () => {
    const none = { firm: { name: '' }, attorneyEmails: [] };
    expect(await passwordProblem('whitfield-2026', ann, none)).to.equal(undefined);
  });
});
