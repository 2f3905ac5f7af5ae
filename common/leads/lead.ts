import type { ResumeType } from '../resumes/resume-type';

export type LeadState = 'PENDING' | 'REACHED_OUT';

/** What the database knows of the file; its content is the object `key` in the resume store. */
export interface Resume {
  key: string;
  /** The name on the prospect's device: for display and download only. */
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

/** An account that a lead refers to. */
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
  /** When somebody first read it, or reached out; null while nobody has. */
  openedAt: Date | null;
}

/** `sortName` is the name without case and accents, the last name first. */
export type SortedLead = Lead & { sortName: string };

/** What the CSV is made of: times in RFC 3339 and UTC, accounts by name. */
export interface ExportedLead extends Pick<
  Lead,
  'id' | 'firstName' | 'lastName' | 'email' | 'state' | 'flaggedReason'
> {
  createdAt: string;
  reachedOutAt: string | null;
  reachedOutBy: string | null;
  assignedTo: string | null;
  resumeFilename: string;
  resumeType: ResumeType;
  resumeBytes: number;
}
