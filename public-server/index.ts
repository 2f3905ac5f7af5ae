import { run } from '../common/http/run';
import { startPublicServer } from './start';

run(() => startPublicServer(process.env));
