// Examples for the API document. Each is valid by the schema that carries it; a test checks this.

const leadId = '0394019c-0c30-4a1c-aa14-0fbe2e84d08c';
const accountId = '5f0c8f0e-1c0f-4d5a-9d3b-7d2f1a6f3c11';
const origin = 'https://desk.example';

export const leadExample = {
  id: leadId,
  first_name: 'Carla',
  last_name: 'Moreno',
  email: 'carla@mail.example',
  state: 'PENDING',
  created_at: '2026-11-03T09:15:00.000Z',
  updated_at: '2026-11-03T09:15:00.000Z',
  reached_out_at: null,
  reached_out_by: null,
  assigned_to: accountId,
  flagged_reason: null,
  resume: {
    filename: 'resume.pdf',
    type: 'pdf',
    bytes: 48213,
    sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    url: `${origin}/api/leads/${leadId}/resume`,
  },
};

export const reachedOutExample = {
  ...leadExample,
  state: 'REACHED_OUT',
  updated_at: '2026-11-03T10:02:00.000Z',
  reached_out_at: '2026-11-03T10:02:00.000Z',
  reached_out_by: accountId,
};

export const noteExample = {
  id: '7a4be6a5-0f52-4a0e-8a55-2f8b4f0a9d27',
  author: accountId,
  author_name: 'Ann Lee',
  text: 'Called, no answer.',
  created_at: '2026-11-03T10:05:00.000Z',
};

export const emailExample = {
  id: 'c1d3b8d4-6b0e-4f0b-9a43-51c0a7c9e1f2',
  lead_id: leadId,
  kind: 'NOTIFICATION',
  state: 'FAILED',
  attempts: 3,
  next_attempt_at: '2026-11-03T09:20:00.000Z',
  last_error: 'RCPT 550',
  created_at: '2026-11-03T09:15:00.000Z',
  sent_at: null,
  gathered_into: null,
};

export const accountExample = {
  id: accountId,
  email: 'ann@firm.example',
  name: 'Ann Lee',
  role: 'ATTORNEY',
  is_active: true,
  must_change_password: false,
  created_at: '2026-10-01T08:00:00.000Z',
  last_seen_at: '2026-11-03T09:59:00.000Z',
};

export const problemExample = {
  type: 'about:blank',
  title: 'Unprocessable Entity',
  status: 422,
  detail: 'The body is not valid. See "errors".',
  request_id: 'b3d5f5a2-3d1a-4c7e-8f5e-6a0f6f4f3c9d',
  errors: [{ field: 'text', message: 'Write something.' }],
};

const { id, state, first_name, last_name, email } = leadExample;
export const submittedExample = { id, state, first_name, last_name, email };

/** Returns an example page with one item; `next` is the path of the page after it. */
export const pageExample = (item: object, next: string) => ({
  items: [item],
  total: 42,
  total_is_exact: true,
  next: origin + next,
  prev: null,
});
