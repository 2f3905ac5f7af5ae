import { expect } from 'chai';
import type { AuditEvent } from '../../../common/audit/repository';
import { createGatheredEvents } from '../../../internal-server/auth/gathered-events';
import { captureLog } from '../../support/captured-log';
import { until } from '../../support/apps/raw-http';

const quarterMs = 15 * 60_000;
const start = Date.parse('2026-03-02T10:00:00Z');

describe('createGatheredEvents', () => {
  let now: number;
  let isAway: boolean;
  let held: Promise<void> | undefined;
  let calls: number;
  let written: AuditEvent[];
  let gathered: ReturnType<typeof createGatheredEvents>;

  beforeEach(() => {
    now = start + 60_000;
    isAway = false;
    held = undefined;
    calls = 0;
    written = [];
    gathered = create();
  });

  afterEach(async () => {
    isAway = false;
    await gathered.stop();
  });

  function create() {
    const audit = {
      async record(event: AuditEvent) {
        calls++;
        await held;
        if (isAway) throw new Error('the database is away');
        written.push(event);
      },
    };
    return createGatheredEvents({
      audit,
      log: captureLog('internal-server').log,
      now: () => now,
      checkMs: 1,
    });
  }

  const fail = (network = 'n1', actor = 'ann') =>
    gathered.add({ actor, action: 'SIGN_IN_FAILED', network });
  const details = () => written.map((event) => event.details);
  const since = new Date(start + 60_000).toISOString();

  async function endOfQuarter(): Promise<void> {
    now += quarterMs;
    await gathered.stop(); // what is due comes first
  }

  it('records the first at once, and the count when the quarter of an hour has ended', async () => {
    await fail();
    expect(written).to.deep.equal([
      { actor: 'ann', action: 'SIGN_IN_FAILED', details: { network: 'n1' } },
    ]);
    await Promise.all([fail(), fail(), fail()]);
    now = start + quarterMs - 1;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(written).to.have.length(1);
    now = start + quarterMs;
    await until(() => written.length === 2);
    expect(details()[1]).to.deep.equal({ network: 'n1', count: 4, since });
    await fail();
    expect(details()[2]).to.deep.equal({ network: 'n1' });
  });

  it('records no count of a single one', async () => {
    await fail();
    await endOfQuarter();
    expect(written).to.have.length(1);
  });

  it('records the counts at an orderly stop', async () => {
    await Promise.all([fail(), fail()]);
    await gathered.stop();
    expect(details()).to.deep.equal([{ network: 'n1' }, { network: 'n1', count: 2, since }]);
  });

  it('gathers each account, network and action by itself', async () => {
    await fail('n1');
    await fail('n2');
    await fail('n1', 'bob');
    await gathered.add({ actor: 'ann', action: 'SIGN_IN_LIMITED', network: 'n1' });
    await gathered.add({
      actor: 'ann',
      action: 'ACCESS_DENIED',
      network: 'n1',
      details: { route: 'a' },
    });
    await gathered.add({
      actor: 'ann',
      action: 'ACCESS_DENIED',
      network: 'n1',
      details: { route: 'b' },
    });
    expect(written).to.have.length(6);
  });

  it('names ten networks of an account, and counts the others', async () => {
    for (let i = 0; i < 1000; i++) await fail(`n${i}`);
    for (let i = 0; i < 1000; i++) await fail(`n${i}`, 'unknown');
    await gathered.add({ actor: 'ann', action: 'ACCESS_DENIED', network: 'n1' });
    expect(written).to.have.length(23);
    await endOfQuarter();
    const others = written.filter((event) => event.details?.networks === 'others');
    expect(others.map(({ actor, details }) => [actor, details?.count])).to.deep.equal([
      ['ann', undefined],
      ['unknown', undefined],
      ['ann', 990],
      ['unknown', 990],
    ]);
    expect(written).to.have.length(25);
  });

  it('names a hundred networks in all', async () => {
    for (let i = 0; i < 400; i++) await fail(`n${i}`, `account ${i % 20}`);
    const others = written.filter((event) => event.details?.networks === 'others');
    expect(written.length - others.length).to.equal(100);
    expect(others).to.have.length(20);
  });

  it('names networks again in the next quarter', async () => {
    for (let i = 0; i < 200; i++) await fail(`n${i}`);
    expect(details().at(-1)).to.deep.equal({ networks: 'others' });
    await endOfQuarter();
    await fail('n150');
    expect(details().at(-1)).to.deep.equal({ network: 'n150' });
  });

  it('keeps what could not be written, and tries again', async () => {
    isAway = true;
    await fail();
    await fail();
    await fail('n2');
    expect(written).to.be.empty;
    isAway = false;
    await until(() => written.length === 2);
    expect(details()).to.deep.equal([{ network: 'n1' }, { network: 'n2' }]);
    isAway = true;
    now += quarterMs;
    await fail();
    await new Promise((resolve) => setTimeout(resolve, 20));
    isAway = false;
    await until(() => written.length === 3);
    expect(details()[2]).to.deep.equal({ network: 'n1', count: 3, since });
  });

  it('counts on while a count is being written', async () => {
    await fail();
    await fail();
    let release: () => void = () => undefined;
    held = new Promise((resolve) => (release = resolve));
    const stopped = gathered.stop();
    await until(() => calls === 2);
    await Promise.all([fail(), fail(), fail()]);
    release();
    await stopped;
    await gathered.stop();
    expect(details().map((each) => each?.count)).to.deep.equal([undefined, 2, 3]);
  });

  it('loses nothing of a first one whose write fails after the quarter has ended', async () => {
    isAway = true;
    const adding = fail();
    now += quarterMs;
    await gathered.stop();
    await adding;
    isAway = false;
    await gathered.stop();
    expect(details()).to.deep.equal([{ network: 'n1' }]);
  });
});
