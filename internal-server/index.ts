import { run } from '../common/http/run';
import { startInternalServer } from './start';

run(() => startInternalServer(process.env));
