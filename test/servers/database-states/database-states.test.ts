import { statesOf } from './states';
import { startSystem } from './system';
import { testStates } from './test-states';

describe('both servers', () => {
  testStates(statesOf('lead_template'), () => startSystem());
});
