import { expect } from 'chai';
import { createSentRecord } from '../../../common/mail/sent-record';
import { rejection } from '../../support/rejection';

describe('the record of what was sent', () => {
  it('takes together what comes while an earlier one is under way', async () => {
    const recorded: number[][] = [];
    let finish: () => void = () => undefined;
    const record = createSentRecord<number>((sent) => {
      recorded.push(sent);
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
    record.add(1);
    const first = record.settled();
    await Promise.resolve();
    record.add(2);
    record.add(3);
    expect(recorded).to.deep.equal([[1]]);
    const others = record.settled();
    finish();
    await first;
    await Promise.resolve();
    expect(recorded).to.deep.equal([[1], [2, 3]]);
    finish();
    await others;
  });

  it('is made in the end without anybody who waits', async () => {
    const recorded = await new Promise((resolve) => {
      const record = createSentRecord<number>((sent) => {
        resolve(sent);
        return Promise.resolve();
      });
      record.add(1);
      record.add(2);
    });
    expect(recorded).to.deep.equal([1, 2]);
  });

  it('tells a failure once, and goes on', async () => {
    const recorded: number[][] = [];
    const record = createSentRecord<number>((sent) => {
      recorded.push(sent);
      return recorded.length === 1 ? Promise.reject(new Error('refused')) : Promise.resolve();
    });
    record.add(1);
    expect(await rejection(record.settled())).to.include({ message: 'refused' });
    record.add(2);
    await record.settled();
    expect(recorded).to.deep.equal([[1], [2]]);
  });
});
