import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { fieldLimits } from '../../common/leads/field-limits';
import { submittedExample } from './examples';

const name = z.string().min(1).max(fieldLimits.name);

const { id: submission_id, first_name, last_name, email } = submittedExample;
const sentExample = { first_name, last_name, email, resume: '(the file)', submission_id };

/**
 * The public server's one operation, for whoever reads this document. It runs elsewhere, under an
 * address that only the firm knows.
 */
export function submissionPath(problem: z.ZodType): RouteConfig {
  const problems = (codes: Record<number, string>) =>
    Object.fromEntries(
      Object.entries(codes).map(([code, description]) => [
        code,
        { description, content: { 'application/problem+json': { schema: problem } } },
      ]),
    );
  return {
    method: 'post',
    path: '/leads',
    operationId: 'submitLead',
    summary: 'Submit a lead (public server)',
    description:
      'Send `Accept: application/json`; without it the answer is a redirect to a page. ' +
      'Repeating a submission under the same `Idempotency-Key` is harmless.',
    tags: ['public'],
    servers: [{ url: 'https://intake.example', description: 'The public server, wherever it is' }],
    security: [],
    request: {
      headers: z.object({
        'Idempotency-Key': z.uuid().optional(),
      }),
      body: {
        required: true,
        content: {
          'multipart/form-data': {
            schema: z
              .object({
                first_name: name,
                last_name: name,
                email: z.email().max(fieldLimits.email),
                resume: z.string().meta({
                  format: 'binary',
                  description: 'PDF, DOC, DOCX, RTF or TXT; 10 MiB unless set otherwise',
                }),
                submission_id: z.uuid().optional(),
              })
              .meta({ id: 'Submission', example: sentExample }),
          },
        },
      },
    },
    responses: {
      201: {
        description: 'The lead, its resume and both mails are safe',
        content: {
          'application/json': {
            schema: z
              .strictObject({
                id: z.uuid(),
                state: z.literal('PENDING'),
                first_name: z.string(),
                last_name: z.string(),
                email: z.string(),
              })
              .meta({ id: 'SubmittedLead', example: submittedExample }),
          },
        },
      },
      ...problems({
        400: 'The body is malformed, or the key is no UUID',
        409: 'The key belongs to a submission with other content',
        413: 'The file is too large; `errors` says so as for 422',
        415: 'The body is not multipart/form-data',
        422: 'Fields or file are not valid; `errors` names each field',
        429: 'Too many submissions; see Retry-After',
        500: 'Something went wrong; the request id leads to it in the log',
        503: 'A store cannot be reached; see Retry-After. Send the same again with its key, which `detail` names if you sent none',
      }),
    },
  };
}
