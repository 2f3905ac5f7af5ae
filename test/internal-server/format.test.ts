import { expect } from 'chai';
import { ago, atTime, counted, duration, size } from '../../internal-server/format';

const hour = 3600;

describe('the words for', () => {
  for (const [seconds, words] of [
    [0, 'less than a minute'],
    [59, 'less than a minute'],
    [60, '1 minute'],
    [hour - 1, '59 minutes'],
    [hour, '1 hour'],
    [24 * hour, '24 hours'],
    [36 * hour, '36 hours'],
    [72 * hour - 1, '71 hours'],
    [72 * hour, '3 days'],
    [240 * hour, '10 days'],
  ] as const) {
    it(`${seconds} seconds are "${words}"`, () => {
      expect(duration(seconds)).to.equal(words);
    });
  }

  it('a time are those of the day and of the minute', () => {
    expect(atTime(new Date('2026-11-21T10:12:59Z'))).to.equal('21 Nov 2026, 10:12 UTC');
    expect(atTime(new Date('2027-01-05T00:00:00Z'))).to.equal('5 Jan 2027, 00:00 UTC');
  });

  it('a number are its digits in threes', () => {
    const numbers = [0, 999, 1000, 12_345, 1_234_567];
    expect(numbers.map((each) => counted(each))).to.deep.equal([
      '0',
      '999',
      '1,000',
      '12,345',
      '1,234,567',
    ]);
    expect(counted(10_000, 10_000)).to.equal('10,000');
    expect(counted(10_001, 10_000)).to.equal('10,000+');
  });

  it('a time that lies back count whole units', () => {
    const now = new Date('2026-11-21T12:00:00Z');
    expect(ago(new Date('2026-11-21T11:59:30Z'), now)).to.equal('just now');
    expect(ago(new Date('2026-11-21T10:01:00Z'), now)).to.equal('1 hour ago');
    expect(ago(new Date('2026-11-18T12:00:00Z'), now)).to.equal('3 days ago');
  });

  it('a size change at 1,024', () => {
    expect([size(1023), size(1024), size(3.1 * 1024 * 1024)]).to.deep.equal([
      '1023 bytes',
      '1 KB',
      '3.1 MB',
    ]);
  });
});
