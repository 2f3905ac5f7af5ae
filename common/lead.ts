import type { ResumeType } from './resume-type';

export type LeadState = 'PENDING' | 'REACHED_OUT';

/** The file as the database knows it; its bytes are the object named `key` in the resume store. */
export interface Resume {
  key: string;
  /** As the prospect's device named it: for display and download only. */
  filename: string;
  type: ResumeType;
  bytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
}

export interface NewLead {
  id: string;
  firstName: string;
  lastName: string;
  email: string;
  flaggedReason: string | null;
  resume: Resume;
}

/** An account, as a lead names it. */
export interface Person {
  id: string;
  name: string;
}

/** What a spreadsheet shows of a lead. */
export interface ExportedLead extends Omit<NewLead, 'resume'> {
  resume: Omit<Resume, 'key' | 'sha256'>;
  state: LeadState;
  createdAt: Date;
  reachedOutAt: Date | null;
  reachedOutBy: Person | null;
  assignedTo: Person | null;
}

export interface Lead extends ExportedLead {
  resume: Resume;
  updatedAt: Date;
}
