import { expect } from 'chai';
import { problemOf, readAuditQuery } from '../../../internal-server/pages/audit/query';

describe('the query of the audit', () => {
  it('takes a reference as the CSV writes it', () => {
    const view = readAuditQuery({ lead: ' #06949741' });
    expect(view.lead).to.equal('06949741');
    expect(problemOf(view)).to.equal(undefined);
    expect(problemOf(readAuditQuery({ lead: '##06949741' }))).to.be.a('string');
  });
});
