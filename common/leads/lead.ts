import type { ResumeType } from '../resumes/resume-type';

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

export interface Lead extends NewLead {
  state: LeadState;
  createdAt: Date;
  updatedAt: Date;
  reachedOutAt: Date | null;
  reachedOutBy: Person | null;
  assignedTo: Person | null;
}

/** What a spreadsheet shows of a lead: times as in RFC 3339, in UTC, and people by name. */
export interface ExportedLead {
  id: string;
  firstName: string;
  lastName: string;
  email: string;
  state: LeadState;
  createdAt: string;
  reachedOutAt: string | null;
  reachedOutBy: string | null;
  assignedTo: string | null;
  flaggedReason: string | null;
  resumeFilename: string;
  resumeType: ResumeType;
  resumeBytes: number;
}
