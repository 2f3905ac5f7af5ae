import { run } from '../common/http/run-server';
import { startInternalServer } from './start';

run(() => startInternalServer(process.env));
