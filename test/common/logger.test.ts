import { expect } from 'chai';
import type { Knex } from 'knex';
import { createTransport } from 'nodemailer';
import { createDatabase } from '../../common/database/connect';
import { createLogger, serializeError } from '../../common/logger';
import { addLead } from '../support/apps/leads';
import { createTestDatabase, type TestDatabase } from '../support/process/postgres';
import { rejection } from '../support/rejection';
import { startSmtp } from '../support/smtp/server';

const person = /carla|moreno/i;

describe('serializeError', () => {
  let database: TestDatabase;
  let db: Knex;
  before(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.ownerUrl);
  });
  after(async () => {
    await db.destroy();
    await database.drop();
  });

  /** All that the error itself says of the person, including nested errors. */
  const everything = (error: Error) => error.message + JSON.stringify(error);

  it('keeps the constraint that a row broke, and nothing of the row', async () => {
    const error = await rejection(addLead(db, { last_name: 'Moreno', resume_type: 'exe' }));
    expect(everything(error)).to.match(person);
    const logged = serializeError(error);
    expect(logged).to.include({
      type: 'DatabaseError',
      code: '23514',
      table: 'leads',
      constraint: 'leads_resume_type_check',
    });
    expect(JSON.stringify(logged)).to.not.match(person);
  });

  it('leaves out the value that the database quotes', async () => {
    const error = await rejection(addLead(db, { state: 'Carla Moreno' }));
    expect(error.message).to.match(person);
    expect(serializeError(error)).to.include({ code: '22P02' });
    expect(JSON.stringify(serializeError(error))).to.not.match(person);
  });

  it("leaves out the recipient, and keeps the mail server's code", async () => {
    const smtp = await startSmtp();
    smtp.replies.rcpt = () => 550;
    const mail = { from: 'a@firm.example', to: 'carla@example.com', text: 'Hello' };
    const error = await rejection(createTransport(smtp.url).sendMail(mail));
    await smtp.stop();
    expect(everything(error)).to.match(person);
    expect(serializeError(error)).to.include({
      code: 'EENVELOPE',
      command: 'RCPT TO',
      responseCode: 550,
    });
    expect(JSON.stringify(serializeError(error))).to.not.match(person);
  });

  it('leaves out the text that does not parse', async () => {
    const error = await rejection(Promise.resolve('Carla').then(JSON.parse));
    expect(error.message).to.match(person);
    expect(serializeError(error)).to.include({ type: 'SyntaxError' });
    expect(JSON.stringify(serializeError(error))).to.not.match(person);
  });

  it('takes no line of a message for a stack frame', async () => {
    const text = '{"a": x\n at Carla:1';
    const error = await rejection(Promise.resolve(text).then(JSON.parse));
    expect(error.message).to.match(/\n at Carla/);
    expect(JSON.stringify(serializeError(error))).to.not.match(person);
  });

  it('keeps the stack frames, and the cause under the same rules', async () => {
    const cause = await rejection(addLead(db, { state: 'Carla Moreno' }));
    const logged = serializeError(new Error('for Carla Moreno', { cause }));
    expect(logged.stack).to.be.an('array').that.is.not.empty;
    for (const frame of logged.stack as string[]) expect(frame).to.match(/^at /);
    expect(logged.stack).to.satisfy(([first]: string[]) => first!.includes('logger.test.ts'));
    expect(logged.cause).to.include({ type: 'DatabaseError', code: '22P02' });
    expect(JSON.stringify(logged)).to.not.match(person);
  });

  it('keeps messages of the runtime, and the problems of a configuration', () => {
    expect(serializeError(new TypeError('x is not a function'))).to.include({
      message: 'x is not a function',
    });
    const error = Object.assign(new Error('Carla'), { problems: ['PORT: is invalid'] });
    expect(serializeError(error)).to.deep.include({ problems: ['PORT: is invalid'] });
    expect(serializeError('Carla')).to.deep.equal({ type: 'string' });
  });

  it('returns all that reaches the log', () => {
    let line = '';
    const log = createLogger('public-server', 'info', { write: (text) => (line = text) });
    log.error({ err: new Error('for Carla Moreno') }, 'did not work');
    expect(JSON.parse(line)).to.include({ name: 'public-server', msg: 'did not work' });
    expect(JSON.parse(line)).to.have.nested.property('err.type', 'Error');
    expect(line).to.not.match(person);
    log.error({ err: new Error('for Carla Moreno') });
    log.error(new Error('for Carla Moreno'));
    expect(line).to.not.match(person);
  });
});
