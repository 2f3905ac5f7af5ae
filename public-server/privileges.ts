import type { AllowedPrivileges } from '../common/database/privileges/check';

/** An intruder on this server can add leads, but read none. */
export const publicPrivileges: AllowedPrivileges = {
  group: 'lead_public',
  tables: {
    leads: {
      INSERT: [
        'id',
        'first_name',
        'last_name',
        'email',
        'flagged_reason',
        'resume_key',
        'resume_filename',
        'resume_type',
        'resume_bytes',
        'resume_sha256',
      ],
    },
  },
};
