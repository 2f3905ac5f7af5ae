import type { AllowedPrivileges } from '../common/database/privileges/check';

/** The internal server reads every table, updates listed columns, and can only append to the audit. */
export const internalPrivileges: AllowedPrivileges = {
  group: 'lead_internal',
  tables: {
    leads: {
      SELECT: 'whole',
      DELETE: 'whole',
      UPDATE: [
        'state',
        'flagged_reason',
        'reached_out_at',
        'reached_out_by',
        'assigned_to',
        'opened_at',
      ],
    },
    outbox: {
      SELECT: 'whole',
      UPDATE: [
        'state',
        'attempts',
        'unanswered',
        'first_attempt_at',
        'next_attempt_at',
        'locked_until',
        'last_error',
        'sent_at',
        'gathered_into',
        'gathered_at',
      ],
    },
    outbox_recipients: {
      SELECT: 'whole',
      INSERT: 'whole',
      UPDATE: ['state', 'last_error', 'updated_at'],
    },
    accounts: {
      SELECT: 'whole',
      INSERT: 'whole',
      UPDATE: [
        'name',
        'role',
        'password_hash',
        'is_active',
        'last_seen_at',
        'must_change_password',
      ],
    },
    api_tokens: { SELECT: 'whole', INSERT: 'whole', UPDATE: ['revoked_at'] },
    sign_in_networks: {
      SELECT: 'whole',
      INSERT: 'whole',
      DELETE: 'whole',
      UPDATE: ['last_signed_in_on'],
    },
    sign_in_key: { SELECT: 'whole', INSERT: 'whole' },
    notes: { SELECT: 'whole', INSERT: 'whole' },
    audit_events: { SELECT: 'whole', INSERT: 'whole' },
    resume_problems: {
      SELECT: 'whole',
      INSERT: 'whole',
      DELETE: 'whole',
      UPDATE: ['problem', 'found_at'],
    },
    sweeps: { SELECT: 'whole', INSERT: 'whole' },
  },
  functions: ['lead_search_pattern(text)', 'audit_delete_old(integer)'],
  memberships: ['pg_use_reserved_connections'],
};
