import { runServer } from '../common/http/run-server';
import { startInternalServer } from './start';

runServer(() => startInternalServer(process.env));
