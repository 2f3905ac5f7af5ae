import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { answerWith } from './support/child';

/** A mail server that accepts everything, after a while if told so, and keeps none of it. */
export type MailSinkQuestion = { delayMs: number } | 'how many';

let delayMs = 0;
let accepted = 0;

answerWith((question: MailSinkQuestion) => {
  if (question !== 'how many') ({ delayMs } = question);
  return accepted;
});

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
  .on('error', () => undefined) // a server that is stopped breaks its connections
  .listen(Number(process.env.PORT), '127.0.0.1');
