import { needsOpenssl } from '../../support/process/certificates';
import { tlsStatesOf } from './states';
import { startSystem } from './system';
import { testStates } from './test-states';

describe('both servers with sslmode=verify-full', () => {
  needsOpenssl();
  testStates(tlsStatesOf('lead_template'), () => startSystem({ withTls: true }));
});
