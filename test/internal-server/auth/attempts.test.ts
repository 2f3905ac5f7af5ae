import { expect } from 'chai';
import { createAttempts } from '../../../internal-server/auth/attempts';

const ann = 'ann@firm.example';
const bob = 'bob@firm.example';

/** Makes attempts as if each password were wrong, and tells how many were let through. */
function attempting() {
  const attempts = createAttempts();
  const attempt = (name: string, origin: string, isKnown = false) => ({
    ...{ name, origin, isKnown },
    site: origin.split('/')[0]!,
  });
  const fails = async (name: string, origin: string, isKnown = false) => {
    try {
      await attempts.count(attempt(name, origin, isKnown));
      return undefined;
    } catch (error) {
      return (error as { status: number }).status;
    }
  };
  return { attempts, attempt, fails };
}

async function times(count: number, attempt: (i: number) => Promise<number | undefined>) {
  let admitted = 0;
  for (let i = 0; i < count; i++) if ((await attempt(i)) === undefined) admitted++;
  return admitted;
}

describe('createAttempts', () => {
  it('admits ten failures of one account from one network', async () => {
    const { fails } = attempting();
    expect(await times(15, () => fails(ann, 'office'))).to.equal(10);
    expect(await fails(ann, 'office')).to.equal(429);
    expect(await fails(bob, 'office')).to.be.undefined;
    expect(await fails(ann, 'home')).to.be.undefined;
  });

  it('admits thirty failures of one network over all names', async () => {
    const { fails } = attempting();
    expect(await times(50, (i) => fails(`name ${i}`, 'office'))).to.equal(30);
    expect(await fails(ann, 'office')).to.equal(429);
    expect(await fails(ann, 'home')).to.be.undefined;
  });

  it('counts nobody’s failures against an account that signs in from the network', async () => {
    const { fails } = attempting();
    await times(50, (i) => fails(`name ${i}`, 'office'));
    expect(await times(15, () => fails(ann, 'office', true))).to.equal(10);
  });

  it('slows an account down for strangers once it was guessed from many networks', async () => {
    const { fails } = attempting();
    expect(await times(40, (i) => fails(ann, `network ${i}`))).to.equal(20 + 10);
    expect(await times(20, (i) => fails(ann, `network ${i}`))).to.equal(1); // who failed before
    expect(await fails(ann, 'office', true)).to.be.undefined;
    expect(await fails(bob, 'network 1')).to.be.undefined;
  });

  it('counts nothing when it slows down', async () => {
    const { attempts, attempt, fails } = attempting();
    await times(40, (i) => fails(ann, `network ${i}`));
    expect(await times(30, () => fails(ann, 'home'))).to.equal(0);
    expect(await attempts.turnOf(attempt(ann, 'home'))).to.include({ priority: -0 });
    expect(await times(1, () => fails(bob, 'home'))).to.equal(1);
  });

  it('takes back what a right password did not fail', async () => {
    const { attempts, attempt, fails } = attempting();
    await times(9, () => fails(ann, 'office'));
    await fails(ann, 'office');
    await attempts.succeeded(attempt(ann, 'office'));
    expect(await times(15, () => fails(ann, 'office'))).to.equal(10);
  });

  it('does not let one right password clear its network’s other failures', async () => {
    const { attempts, attempt, fails } = attempting();
    for (let i = 0; i < 60; i++) {
      await fails(`name ${i}`, 'office');
      if ((await fails(bob, 'office')) === undefined) {
        await attempts.succeeded(attempt(bob, 'office'));
      }
    }
    expect(await fails('another', 'office')).to.equal(429);
  });

  it('serves known origins first, and then who failed least', async () => {
    const { attempts, attempt, fails } = attempting();
    await times(3, (i) => fails(`name ${i}`, `guesser/${i}`));
    await fails(ann, 'office', true);
    const turns = await Promise.all([
      attempts.turnOf(attempt(bob, 'office', true)),
      attempts.turnOf(attempt(ann, 'office', true)),
      attempts.turnOf(attempt(ann, 'newcomer')),
      attempts.turnOf(attempt(ann, 'guesser/4')),
    ]);
    const priorities = turns.map(({ priority }) => priority);
    expect(priorities).to.deep.equal(priorities.toSorted((a, b) => b - a));
    expect(new Set(priorities).size).to.equal(4);
    expect(new Set(turns.map(({ place }) => place)).size).to.equal(4);
  });

  it('is overrun by a thousand refused attempts', async () => {
    const { attempts, attempt, fails } = attempting();
    await times(1000, () => fails(ann, 'office', true));
    expect(await attempts.isOverrun(attempt(ann, 'office'))).to.be.false;
    await fails(ann, 'office', true);
    expect(await attempts.isOverrun(attempt(ann, 'office'))).to.be.true;
    expect(await attempts.isOverrun(attempt(bob, 'office'))).to.be.false;
  });

  it('says when to try again', async () => {
    const { attempts, attempt, fails } = attempting();
    await times(10, () => fails(ann, 'office'));
    const refusal = (await attempts.check(attempt(ann, 'office')).catch((e: unknown) => e)) as {
      message: string;
      headers: Record<string, string>;
    };
    expect(refusal.message).to.equal('Too many failed sign-ins. Try again in 15 minutes.');
    expect(Number(refusal.headers['Retry-After'])).to.be.within(890, 900);
  });
});
