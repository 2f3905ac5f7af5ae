import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCircuitBreaker } from '../../../common/resilience/circuit-breaker';

describe('createCircuitBreaker', () => {
  const probeMs = 40;

  function create() {
    const calls: unknown[] = [];
    const circuit = createCircuitBreaker({
      probeMs,
      onOpen: (reason, cause) => calls.push([reason, cause]),
      onClose: () => calls.push('closed'),
    });
    return { circuit, calls };
  }

  it('lets everybody through until the first failure', () => {
    const { circuit } = create();
    expect([circuit.allows(), circuit.allows()]).to.deep.equal([true, true]);
    circuit.recordFailure('AUTH 535');
    expect(circuit.allows()).to.equal(false);
  });

  it('lets one probe through in each period while it is open', async () => {
    const { circuit } = create();
    circuit.recordFailure('AUTH 535');
    await sleep(probeMs + 5);
    expect([circuit.allows(), circuit.allows()]).to.deep.equal([true, false]);
  });

  it('lets everybody through again after a success', () => {
    const { circuit } = create();
    circuit.recordFailure('AUTH 535');
    circuit.recordSuccess();
    expect([circuit.allows(), circuit.allows()]).to.deep.equal([true, true]);
    expect(circuit.state().isOpen).to.equal(false);
  });

  it('says each change once, and another reason too', () => {
    const { circuit, calls } = create();
    circuit.recordSuccess();
    circuit.recordFailure('CONNECT ECONNREFUSED', 1);
    circuit.recordFailure('CONNECT ECONNREFUSED', 2);
    circuit.recordFailure('AUTH 535', 3);
    circuit.recordSuccess();
    circuit.recordSuccess();
    expect(calls).to.deep.equal([['CONNECT ECONNREFUSED', 1], ['AUTH 535', 3], 'closed']);
  });

  it('allows a call at once when asked to, and says whether that makes a difference', () => {
    const { circuit } = create();
    expect(circuit.tryNow()).to.be.false;
    circuit.recordFailure('AUTH 535');
    expect(circuit.allows()).to.be.false;
    expect(circuit.tryNow()).to.be.true;
    expect([circuit.allows(), circuit.allows()]).to.deep.equal([true, false]);
  });

  it('keeps the time of the first failure when the reason changes', async () => {
    const { circuit } = create();
    circuit.recordFailure('CONNECT ECONNREFUSED');
    const { since } = circuit.state();
    await sleep(5);
    circuit.recordFailure('AUTH 535');
    const state = circuit.state();
    expect(state).to.include({ isOpen: true, since, reason: 'AUTH 535' });
    expect(state.isOpen && state.lastTriedAt).to.be.above(since);
  });
});
