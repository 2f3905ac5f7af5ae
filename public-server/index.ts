import { run } from '../common/http/run-server';
import { startPublicServer } from './start';

run(() => startPublicServer(process.env));
