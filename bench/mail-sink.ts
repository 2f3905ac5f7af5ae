import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { onRequest } from './support/child';

/** Asks how many emails were accepted, or makes each take that long from now on. */
export type MailSinkRequest = { delayMs: number } | 'how many';

let delayMs = 0;
let accepted = 0;

onRequest((message: MailSinkRequest) => {
  if (message !== 'how many') ({ delayMs } = message);
  return accepted;
});

// A mail server that accepts everything and keeps nothing.
new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  onData(stream, _session, done) {
    stream.resume();
    stream.on('end', () => {
      void sleep(delayMs).then(() => {
        accepted++;
        done();
      });
    });
  },
})
  .on('error', () => undefined) // the internal server breaks its connections when it is stopped
  .listen(Number(process.env.PORT), '127.0.0.1');
