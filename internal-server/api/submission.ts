import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { fieldLimits } from '../../common/leads/field-limits';
import { submittedExample } from './examples';

const name = z.string().min(1).max(fieldLimits.name);

const { id: submission_id, first_name, last_name, email } = submittedExample;
const sentExample = { first_name, last_name, email, resume: '(the file)', submission_id };

/** Returns the error responses with these descriptions, by status. */
export type ProblemResponses = (descriptions: Record<number, string>) => RouteConfig['responses'];

/**
 * The public server's one operation, for the same readers. It runs elsewhere, at an address that
 * only the firm knows.
 */
export function submissionPath(problems: ProblemResponses): RouteConfig {
  return {
    method: 'post',
    path: '/leads',
    operationId: 'submitLead',
    summary: 'Submit a lead (public server)',
    description:
      'Send `Accept: application/json`; without it the response is a redirect to a page. ' +
      'Repeating a submission with the same `Idempotency-Key` is harmless.',
    tags: ['public'],
    servers: [{ url: 'https://intake.example', description: 'The address of the public server' }],
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
                  description:
                    'PDF, DOC, DOCX, ODT, RTF or TXT; at most 10 MiB unless configured otherwise',
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
        description: 'The lead, its resume and both emails are stored',
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
        400: 'The body is malformed, or the key is not a UUID',
        408: 'The body came more slowly than 1 kB a second',
        409: 'The key belongs to a submission with other content',
        413: 'The file is too large; `errors` says so as for 422',
        415: 'The body is not multipart/form-data',
        422: 'Fields or file are not valid; `errors` names each field',
        429: 'Too many submissions, or requests at once; see Retry-After',
        500: 'Something went wrong; the log has the cause under this request id',
        503:
          'The database or the file storage is unavailable; see Retry-After. Repeat the request with ' +
          'the same key; `detail` names it if you sent none',
      }),
    },
  };
}
