import { runServer } from '../common/http/run-server';
import { startPublicServer } from './start';

runServer(() => startPublicServer(process.env));
