import type { FieldError } from '../../common/http/error-response';
import { fieldLimits } from '../../common/leads/field-limits';
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
  },
] as const;

/** The locals of the view `form`: each field with its value and its error. */
export function formPage(values: FormFields, maxResumeBytes: number, problem?: FormProblem) {
  const messageOf = (name: string) => problem?.errors.find(({ field }) => field === name)?.message;
  return {
    problem,
    submissionId: values.submission_id ?? '',
    fields: textFields.map((field) => {
      const { name, hint } = { hint: undefined, ...field };
      const message = messageOf(name);
      const describedBy = [hint && `${name}-hint`, message && `${name}-error`].filter(Boolean);
      const value = values[name] ?? '';
      return { ...field, hint, value, message, describedBy: describedBy.join(' ') };
    }),
    resume: {
      maxBytes: maxResumeBytes,
      maxMegabytes: megabytes(maxResumeBytes),
      message: messageOf('resume'),
    },
  };
}
