import { SMTPServer } from 'smtp-server';
import { addresses } from './network';

/** Runs in the internal zone: a mail server that whoever reaches it could use. */
const server = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'] });
server.listen(Number(process.env.PORT), addresses.internal.own, () => {
  console.log(JSON.stringify({ msg: 'listening' }));
});
