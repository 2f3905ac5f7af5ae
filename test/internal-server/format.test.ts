import { expect } from 'chai';
import {
  formatAgo,
  formatCount,
  formatDuration,
  formatSize,
  formatTime,
  formatWithOffset,
} from '../../internal-server/format';
import { useTimeZone } from '../support/use-time-zone';

const hour = 3600;

describe('formatDuration', () => {
  for (const [seconds, text] of [
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
    it(`shows ${seconds} seconds as "${text}"`, () => {
      expect(formatDuration(seconds)).to.equal(text);
    });
  }
});

describe('formatTime', () => {
  it('shows the day and the minute', () => {
    expect(formatTime(new Date('2026-11-21T10:12:59Z'))).to.equal('21 Nov 2026, 10:12');
    expect(formatTime(new Date('2027-01-05T00:00:00Z'))).to.equal('5 Jan 2027, 00:00');
  });
});

describe('formatWithOffset', () => {
  const instant = new Date('2026-11-28T14:05:06.007Z');
  for (const [zone, text] of [
    ['UTC', '2026-11-28T14:05:06.007Z'],
    ['Europe/Berlin', '2026-11-28T15:05:06.007+01:00'],
    ['America/St_Johns', '2026-11-28T10:35:06.007-03:30'],
    ['Pacific/Kiritimati', '2026-11-29T04:05:06.007+14:00'],
  ] as const) {
    describe(`in ${zone}`, () => {
      useTimeZone(zone);
      it(`returns ${text}`, () => {
        expect(formatWithOffset(instant)).to.equal(text);
        expect(new Date(text)).to.deep.equal(instant);
      });
    });
  }
});

describe('formatCount', () => {
  it('groups the digits in threes, and stops at the maximum', () => {
    const numbers = [0, 999, 1000, 12_345, 1_234_567];
    expect(numbers.map((each) => formatCount(each))).to.deep.equal([
      '0',
      '999',
      '1,000',
      '12,345',
      '1,234,567',
    ]);
    expect(formatCount(10_000, 10_000)).to.equal('10,000');
    expect(formatCount(10_001, 10_000)).to.equal('10,000+');
  });
});

describe('formatAgo', () => {
  it('counts whole units', () => {
    const now = new Date('2026-11-21T12:00:00Z');
    expect(formatAgo(new Date('2026-11-21T11:59:30Z'), now)).to.equal('just now');
    expect(formatAgo(new Date('2026-11-21T10:01:00Z'), now)).to.equal('1 hour ago');
    expect(formatAgo(new Date('2026-11-18T12:00:00Z'), now)).to.equal('3 days ago');
  });
});

describe('formatSize', () => {
  it('changes its unit at 1,024', () => {
    expect([formatSize(1023), formatSize(1024), formatSize(3.1 * 1024 * 1024)]).to.deep.equal([
      '1023 bytes',
      '1 KB',
      '3.1 MB',
    ]);
  });
});
