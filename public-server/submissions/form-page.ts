import type { FieldError } from '../../common/http/error-response';
import { fieldLimits } from '../../common/leads/field-limits';
import { resumeTypes } from '../../common/resumes/resume-type';
import { emailHint, emailPattern } from './fields';
import { otherKinds } from '../resume-check/other-kinds';
import { sentences } from '../resume-check/sentences';
import { megabytes, type FormFields } from './read-multipart';

export interface FormProblem {
  message: string;
  errors: FieldError[];
}

const textFields = [
  {
    name: 'first_name',
    label: 'First name',
    type: 'text',
    autocomplete: 'given-name',
    maxLength: fieldLimits.name,
  },
  {
    name: 'last_name',
    label: 'Last name',
    type: 'text',
    autocomplete: 'family-name',
    maxLength: fieldLimits.name,
  },
  {
    name: 'email',
    label: 'Email',
    type: 'email',
    autocomplete: 'email',
    maxLength: fieldLimits.email,
    hint: 'We send a confirmation to this address.',
    pattern: emailPattern,
    title: emailHint,
  },
] as const;

// By extension on computers, by media type on phones. The last one is what phones give a file whose
// name has no or a strange extension.
const accept = [
  ...resumeTypes.map((type) => `.${type}`),
  'application/pdf',
  'application/msword',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.oasis.opendocument.text',
  'application/rtf',
  'text/rtf',
  'text/plain',
  'application/octet-stream',
].join(',');

/** What the page recognises before the upload, as the server does after it. */
const refusals = JSON.stringify({
  empty: sentences.empty,
  kinds: otherKinds.map(({ key, bytes, text, parts, ...rest }) => ({
    ...rest,
    bytes: bytes?.source,
    text: text?.source,
    parts: parts?.source,
    sentence: sentences[key],
  })),
});

/** The locals of the view `form`: each field with its value and its error. */
export function formPage(values: FormFields, maxResumeBytes: number, problem?: FormProblem) {
  const messageOf = (name: string) => problem?.errors.find(({ field }) => field === name)?.message;
  return {
    problem,
    submissionId: values.submission_id ?? '',
    fields: textFields.map((field) => {
      const given = { hint: undefined, pattern: undefined, title: undefined, ...field };
      const { name, hint } = given;
      const message = messageOf(name);
      const describedBy = [hint && `${name}-hint`, message && `${name}-error`].filter(Boolean);
      const value = values[name] ?? '';
      return { ...given, value, message, describedBy: describedBy.join(' ') };
    }),
    resume: {
      accept,
      refusals,
      maxBytes: maxResumeBytes,
      maxMegabytes: megabytes(maxResumeBytes),
      message: messageOf('resume'),
    },
  };
}
