import { SMTPServer } from 'smtp-server';
import { addresses } from './network';

/** Runs in the internal zone: a mail server open to anyone who can reach it. */
const server = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'] });
server.listen(Number(process.env.PORT), addresses.internal.own, () => {
  console.log(JSON.stringify({ msg: 'listening' }));
});
