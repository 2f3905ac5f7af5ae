import { states } from './states';
import { startSystem } from './system';
import { testStates } from './test-states';

describe('both servers', () => {
  testStates(states, () => startSystem());
});
